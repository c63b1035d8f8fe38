import * as assert from "node:assert/strict";
import {
  applyWeightStandardization,
  losses,
  metrics,
  models,
  optimizers,
  Trainer,
} from "../../../mod.ts";
import { registerWebGpuBackend } from "../../../src/backends/webgpu/mod.ts";
import * as tf from "../../../src/tf.ts";
import { testOnWebGpu, testWithAdapter } from "./harness.ts";

/** The losses of a few steps of `model.fit` on the current backend. */
async function fitLosses(): Promise<number[]> {
  const model = models.resnet({
    depth: { block: "basic", counts: [1, 1, 1, 1] },
    classes: 3,
    inputShape: [24, 24, 2],
    width: 4,
    seed: 1,
  });
  applyWeightStandardization(model);
  model.compile({ optimizer: tf.train.momentum(0.01, 0.9), loss: "meanSquaredError" });
  const x = tf.randomUniform([6, 24, 24, 2], -1, 1, "float32", 2);
  const y = tf.randomUniform([6, 3], -1, 1, "float32", 3);
  const options = { epochs: 4, batchSize: 6, shuffle: false, verbose: 0 } as const;
  const { history } = await model.fit(x, y, options);
  tf.dispose([x, y]);
  model.dispose();
  return history["loss"] as number[];
}

testWithAdapter("model.fit() goes the same way on webgpu as on cpu", async () => {
  await tf.setBackend("cpu");
  const expected = await fitLosses();
  await registerWebGpuBackend();
  await tf.setBackend("webgpu");
  const actual = await fitLosses();
  assert.equal(actual.length, 4);
  for (const [i, loss] of actual.entries()) {
    assert.ok(Math.abs(loss - expected[i]!) < 1e-3, `${actual}, not ${expected}`);
  }
});

testWithAdapter("saveTorchWeights() saves what webgpu trained, by way of cpu", async () => {
  await registerWebGpuBackend();
  await tf.setBackend("webgpu");
  const model = models.resnet({ depth: 18, classes: 3, inputShape: [24, 24, 2], width: 4 });
  assert.throws(() => models.saveTorchWeights(model), /await data\(\)/);
  const expected = await Promise.all(model.getWeights().map((weight) => weight.data()));
  await tf.setBackend("cpu");
  const bytes = models.saveTorchWeights(model);
  for (const weight of model.getWeights()) (weight as tf.Variable).assign(tf.zerosLike(weight));
  models.loadTorchWeights(model, bytes);
  assert.deepEqual(model.getWeights().map((weight) => weight.dataSync()), expected);
  model.dispose();
});

testOnWebGpu("Trainer trains a DeepLabv3+ with dropout", async () => {
  const model = models.deeplabv3plus({
    backbone: { depth: { block: "bottleneck", counts: [1, 1, 1, 1] }, width: 4 },
    classes: 3,
    headChannels: 8,
    inputShape: [16, 16, 3],
  });
  applyWeightStandardization(model, { nLastLayersIgnore: 15 });
  const batch = () => ({
    x: tf.randomUniform([2, 16, 16, 3], -1, 1, "float32", 1),
    y: tf.zeros([2, 16, 16], "int32"),
  });
  const loader = { batchesPerEpoch: 2, batches: () => [batch(), batch()] };
  const optimizer = optimizers.sgd({ learningRate: 0.1, momentum: 0.9 });
  const trainer = new Trainer({
    model,
    optimizer,
    loss: losses.segmentation(),
    metrics: [new metrics.MeanIoU({ classes: 3 })],
    trainDataloader: loader,
    evalDataloader: loader,
    maxDuration: "2ep",
  });
  const { losses: values } = await trainer.fit();
  assert.ok(values.at(-1)! < values[0]!, `losses ${values}`);
  optimizer.dispose();
  model.dispose();
});
