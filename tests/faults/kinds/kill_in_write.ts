import { hookModule } from "../hooks/operations.ts";
import type { Kind, Outcome } from "../kind.ts";
import { operationsOf } from "../power/recorded.ts";
import assert from "node:assert/strict";
import { assertWhole } from "../whole.ts";

/** How often a run is killed before it may come to its end. */
const killsARun = 4;

/** SIGKILL inside of a write, a rename or a flush of a checkpoint, a record or a report. */
export const killInWrite: Kind = {
  about: "SIGKILL inside of a write, rename or flush, four times a run",
  attempts: (kills) => Math.ceil(kills * 0.6 / killsARun),
  async attempt({ bench, subject, draw, short }): Promise<Outcome> {
    const { operations } = await operationsOf(bench, subject);
    const out = bench.place();
    let tries = 0;
    for (let i = 0; i < (short ? 2 : killsARun); i++) {
      const left = Math.floor(operations.length / killsARun);
      const preload = hookModule({
        folder: out,
        killAt: draw.whole(1, i === 0 ? operations.length - 1 : left),
        share: draw.one([0, 0.5, 0.999]),
      });
      const { code, stderr } = await bench.run(subject, out, { more: "--resume", preload });
      await assertWhole(out, { ended: false });
      if (code === 0) break;
      assert.equal(code, 137, stderr);
      tries++;
    }
    await bench.assertResumes(subject, out);
    return { tries, resumed: tries, refused: 0 };
  },
};
