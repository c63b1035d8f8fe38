import assert from "node:assert/strict";
import { pause } from "../bench.ts";
import { type Kind, missed, type Outcome, resumed } from "../kind.ts";
import { assertWhole } from "../whole.ts";

/** The terminal is gone: SIGHUP at a random moment. */
export const hangup: Kind = {
  about: "SIGHUP at a random moment",
  attempts: (kills) => Math.ceil(kills / 20),
  async attempt({ bench, subject, draw }): Promise<Outcome> {
    const { durationMs } = await bench.reference(subject);
    const out = bench.place();
    const run = await bench.start(subject, out);
    await pause(durationMs * (0.3 + 0.6 * draw.share()));
    const isLate = run.hasEnded();
    run.signal("SIGHUP");
    const { code, stderr } = await run.end;
    // 129: before it listens there is nothing to save; 0: it was at its end.
    assert.ok([0, 4, 129].includes(code), `exit code ${code}: ${stderr}`);
    await assertWhole(out, { ended: code !== 129 });
    await bench.assertResumes(subject, out);
    return isLate ? missed : resumed;
  },
};
