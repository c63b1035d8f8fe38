import assert from "node:assert/strict";
import { assertRefused, pause } from "../bench.ts";
import { type Kind, type Outcome, refusedThenResumed } from "../kind.ts";

/** Three runs on one folder, of which one may write. */
export const twoRuns: Kind = {
  about: "three runs on one folder at a time",
  attempts: (kills) => Math.ceil(kills / 40),
  async attempt({ bench, subject, draw }): Promise<Outcome> {
    const out = bench.place();
    const runs = [];
    for (const more of ["--resume", "--resume", "--force"]) {
      runs.push(await bench.start(subject, out, { more }));
      await pause(draw.whole(0, 200));
    }
    const ends = await Promise.all(runs.map(({ end }) => end));
    const done = ends.filter(({ code }) => code === 0);
    assert.ok(done.length > 0, `none came to its end: ${ends.map(({ stderr }) => stderr)}`);
    const others = ends.filter(({ code }) => code !== 0);
    for (const how of others) {
      assertRefused(how, [2], /Cannot write into .* as (another run does|it holds a run)/);
    }
    await bench.assertSame(subject, out);
    const tries = ends.length - 1;
    return { ...refusedThenResumed, tries, resumed: tries - others.length, refused: others.length };
  },
};
