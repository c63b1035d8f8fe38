import { pause } from "../bench.ts";
import type { Kind, Outcome } from "../kind.ts";
import { assertWhole } from "../whole.ts";

/** How often a run is killed before it may come to its end. */
const killsARun = 4;

/** SIGKILL at random moments, several times a run. */
export const kill: Kind = {
  about: "SIGKILL at a random moment, four times a run",
  attempts: (kills) => Math.ceil(kills * 0.4 / killsARun),
  async attempt({ bench, subject, draw, short }): Promise<Outcome> {
    const { durationMs } = await bench.reference(subject);
    const out = bench.place();
    let tries = 0;
    for (let i = 0; i < (short ? 2 : killsARun); i++) {
      const run = await bench.start(subject, out, { more: "--resume" });
      await pause(durationMs * (0.2 + 0.7 * draw.share()));
      if (!run.hasEnded()) tries++;
      run.signal("SIGKILL");
      await run.end;
      await assertWhole(out, { ended: false });
    }
    await bench.assertResumes(subject, out);
    return { tries, resumed: tries, refused: 0 };
  },
};
