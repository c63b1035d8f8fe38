import assert from "node:assert/strict";
import { assertRefused } from "../bench.ts";
import { crashed, crashModule } from "../hooks/crashing_worker.ts";
import { type Kind, type Outcome, refusedThenResumed, resumed } from "../kind.ts";
import { lineOf } from "../subjects.ts";
import { assertWhole } from "../whole.ts";

/** A thread that decodes images ends with an error. */
export const loaderWorker: Kind = {
  about: "a loader's thread crashes",
  attempts: (kills) => Math.ceil(kills / 40),
  takes: ({ suite }) => suite === "ade20k" || suite === "imagenet",
  async attempt({ bench, subject, draw }): Promise<Outcome> {
    const line = lineOf(subject).replace("--loader-threads 0", "--loader-threads 2");
    await bench.reference(subject, line);
    const out = bench.place();
    const how = await bench.run(subject, out, {
      line,
      preload: crashModule(draw.whole(1, 8), draw.share() < 0.5),
    });
    assert.ok(how.stderr.includes(crashed), "no thread was made to crash");
    if (how.code !== 0) assertRefused(how, [3, 5], /loader's thread ended/);
    await assertWhole(out, { ended: how.code === 0 });
    await bench.assertResumes(subject, out, line);
    return how.code === 0 ? resumed : refusedThenResumed;
  },
};
