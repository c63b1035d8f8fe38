import assert from "node:assert/strict";
import { checkParts, checkSmallestPart } from "../../../benchmarks/tasks/smallest_part.ts";
import { deeplabv3plus } from "../../../src/models/deeplabv3plus.ts";
import { resnet } from "../../../src/models/resnet.ts";
import * as tf from "../../../src/tf.ts";

const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
const pooled = () =>
  deeplabv3plus({
    backbone: { depth, width: 2 },
    classes: 3,
    headChannels: 4,
    lowLevelChannels: 2,
    inputShape: [32, 32, 3],
  });

/** What is said of a model, if anything; it is disposed of. */
function complaint(make: () => tf.LayersModel, batchSize: number, microbatchSize: number): string {
  try {
    const model = make();
    checkSmallestPart(model, { batchSize, microbatchSize });
    model.dispose();
    return "";
  } catch (error) {
    assert.equal((error as Error).name, "UsageError");
    return (error as Error).message;
  }
}

Deno.test("checkSmallestPart() names microbatchSize when it leaves a rest of one", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  assert.match(
    complaint(pooled, 9, 4),
    /^Cannot train as the last part of a batch \(batchSize=9, microbatchSize=4\) has one image, .* in decode_head\.image_pool\.1\.bn .*; set microbatchSize=3, which leaves no rest of one$/,
  );
  assert.match(
    complaint(pooled, 8, 1),
    /; set microbatchSize=2, which leaves no rest of one$/,
  );
  assert.match(
    complaint(pooled, 7, 2),
    /; set microbatchSize=2 and an even batchSize, or microbatchSize=0$/,
  );
  assert.match(
    complaint(pooled, 1, 0),
    /a batch \(batchSize=1\) has one image, .*; set batchSize=2 or more/,
  );
  for (const [batchSize, microbatchSize] of [[9, 0], [9, 9], [9, 16], [9, 3], [9, 5], [8, 4]]) {
    assert.equal(
      complaint(pooled, batchSize!, microbatchSize!),
      "",
      `${batchSize}, ${microbatchSize}`,
    );
  }
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("checkSmallestPart() lets models pass that can train on one image", async () => {
  await tf.setBackend("cpu");
  const options = { depth, width: 2, classes: 3 };
  const sized = (size: number) => () => resnet({ ...options, inputShape: [size, size, 3] });
  assert.equal(complaint(sized(64), 9, 4), "");
  assert.match(complaint(sized(32), 9, 4), /in layer4\.0\.bn1 /);
  const group = () => resnet({ ...options, inputShape: [32, 32, 3], normalization: "layer" });
  assert.equal(complaint(group, 9, 4), "");
  const estimating = () =>
    deeplabv3plus({
      backbone: { depth, width: 2 },
      classes: 3,
      headChannels: 4,
      lowLevelChannels: 2,
      inputShape: [32, 32, 3],
      normalization: "estimatedBatchChannel",
    });
  assert.equal(complaint(estimating, 8, 1), "");
});

Deno.test("checkParts() throws when a microbatch is larger than the batch", () => {
  assert.throws(() => checkParts({ batchSize: 8, microbatchSize: 9 }), {
    name: "UsageError",
    message: "Cannot train as microbatchSize must be <= batchSize, 8: current value is 9; " +
      "set microbatchSize=0 for the whole batch, or a larger batchSize",
  });
  for (const microbatchSize of [0, 1, 8]) checkParts({ batchSize: 8, microbatchSize });
});

Deno.test("what checkSmallestPart() refuses is what training refuses", async () => {
  await tf.setBackend("cpu");
  const model = pooled();
  const one = tf.zeros([1, 32, 32, 3]);
  assert.throws(() => tf.tidy(() => model.apply(one, { training: true }) as tf.Tensor), {
    message: /decode_head\.image_pool\.1\.bn as values .* must be >= 2: .*microbatchSize/,
  });
  tf.dispose(one);
  model.dispose();
});
