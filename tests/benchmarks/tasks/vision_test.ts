import assert from "node:assert/strict";
import { longWarmup, stepSize, stepsOf } from "../../../benchmarks/tasks/vision.ts";
import { evaluationOnly } from "../../../benchmarks/tasks/vision_data.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/imagenet.ts";
import { result } from "../report/synthetic.ts";

Deno.test("stepSize() asks for the whole batch when microbatchSize is 0", () => {
  const quick = profiles.quick!;
  assert.deepEqual(stepSize({ ...quick, microbatchSize: 0 }), { batchSize: quick.batchSize });
  assert.deepEqual(stepSize({ ...quick, microbatchSize: 4 }), {
    batchSize: quick.batchSize,
    microbatchSize: 4,
  });
});

Deno.test("evaluationOnly() warns when there are no training images", () => {
  const { data } = result();
  assert.deepEqual(evaluationOnly(data, "train"), []);
  const [warning] = evaluationOnly({ ...data, trainingCount: 0 }, "train/<class>");
  assert.equal(warning?.code, "evaluation-only");
  assert.match(String(warning?.advice), /train\/<class>$/);
});

Deno.test("stepsOf() counts whole batches", () => {
  const quick = { ...profiles.quick!, batchSize: 16, duration: "3ep" as const };
  assert.deepEqual(stepsOf(quick, 40), { warmup: 15, total: 6 });
  assert.deepEqual(stepsOf({ ...quick, batchSize: 0 }, 40), { warmup: 15, total: 0 });
});

Deno.test("longWarmup() warns when the learning rate rises to the end", () => {
  assert.deepEqual(longWarmup({ warmup: 5, total: 6 }), []);
  assert.deepEqual(longWarmup({ warmup: 5, total: 0 }), [], "nothing is trained");
  const [warning] = longWarmup({ warmup: 6, total: 6 });
  assert.equal(warning?.code, "long-warmup");
  assert.match(String(warning?.message), /rises for 6 steps, and a cell has 6/);
});
