import assert from "node:assert/strict";
import { scaling } from "../../../benchmarks/scaling/command.ts";
import type { ScalingAsked } from "../../../benchmarks/scaling/options.ts";
import { planOf } from "../../../benchmarks/scaling/plan.ts";
import { asked } from "../asked.ts";

const parse = (line: string) => asked<ScalingAsked>(scaling, line);
const plan = (line: string) => planOf(parse(line));

Deno.test("bench:scaling plans a row for each depth and number of workers", () => {
  const { rows, groups, profile } = plan("--workers 1,2,4 --set depths=18,50 --rounds 7 --steps 2");
  assert.deepEqual(
    rows.map(({ values, profile }) => [values.depth, values.workers, profile.depth]),
    [[18, 1, 18], [18, 2, 18], [18, 4, 18], [50, 1, 50], [50, 2, 50], [50, 4, 50]],
  );
  assert.deepEqual(groups.map(({ name }) => name), ["plain", "ws"]);
  assert.equal(profile.rounds, 7);
  assert.equal(profile.steps, 2);
  assert.deepEqual(plan("").rows.map(({ values }) => values.workers), [1, 2]);
});

Deno.test("bench:scaling times PyTorch's groups where there is an interpreter", () => {
  const names = (line: string) => plan(line).groups.map(({ name }) => name);
  assert.deepEqual(names("--peers python"), ["plain", "ws", "ddp", "ddp-compiled"]);
  assert.deepEqual(names("--peers python --arms ws,ddp-timm"), ["ws", "ddp-timm"]);
});

Deno.test("bench:scaling throws a UsageError for what cannot be timed", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => plan(line), { name: "UsageError", message });
  wrong("--workers 0", /--workers wants a whole number from 1 to 64: it is "0"/);
  wrong("--workers two", /--workers wants/);
  wrong("--workers 2,2", /workers wants numbers of workers from 1 to 64, each once/);
  wrong("--set depths=17", /depths wants depths of ResNets/);
  wrong("--set depth=18", /did you mean "depths"/);
  wrong("--set model=deeplab", /Unknown model "deeplab": wanted/);
  wrong("--set blocks=1,2", /blocks wants/);
  wrong("--set batchSize=0", /batchSize wants a whole number >= 1/);
  wrong("--set transferBytes=3", /transferBytes wants/);
  wrong("--set bucketCapsMb=0", /bucketCapsMb wants/);
  wrong("--arms ddp", /Cannot time ddp without --peers PYTHON/);
  wrong("--arms dpd", /Unknown arm "dpd"/);
  wrong("--peers python --set width=8", /width must be 64/);
  wrong("--resume --force", /'--resume' cannot be used with option '--force'/);
  wrong("--data x", /^bench:scaling has no --data: nothing is trained/);
});
