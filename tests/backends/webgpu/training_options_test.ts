import * as assert from "node:assert/strict";
import { registerWebGpuBackend } from "../../../src/backends/webgpu/mod.ts";
import { batchNormalization } from "../../../src/normalization/mod.ts";
import * as tf from "../../../src/tf.ts";
import { clipByGlobalNorm } from "../../../src/training/gradient_clipping.ts";
import { crossEntropy } from "../../../src/training/losses.ts";
import { Accuracy } from "../../../src/training/metrics.ts";
import { adamw } from "../../../src/training/optimizers.ts";
import { oneMinusPower } from "../../../src/training/optimizers/bias_correction.ts";
import { Trainer } from "../../../src/training/trainer.ts";
import { testWithAdapter } from "./harness.ts";

/** Losses, evaluations and the weights at the end, with all that a Trainer can be asked to do. */
async function trained() {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [
      // Without a bias, whose gradient is 0 but for rounding, which Adam makes large.
      tf.layers.dense({ units: 5, inputShape: [3], useBias: false, kernelInitializer }),
      batchNormalization({ momentum: 0.5 }),
      tf.layers.dense({ units: 2, kernelInitializer }),
    ],
  });
  const loader = {
    batchesPerEpoch: 4,
    *batches(epoch: number) {
      for (let i = 0; i < 4; i++) {
        const x = tf.randomUniform([8, 3], -1, 1, "float32", 10 * epoch + i + 1);
        yield { x, y: tf.tidy(() => tf.cast(tf.greater(tf.sum(x, 1), 0), "int32")) };
      }
    },
  };
  const optimizer = adamw({ learningRate: 0.02, weightDecay: 0.1 });
  const trainer = new Trainer({
    model,
    optimizer,
    loss: (labels, logits) => crossEntropy(labels, logits, { labelSmoothing: 0.1 }),
    metrics: [new Accuracy()],
    trainDataloader: loader,
    evalDataloader: loader,
    maxDuration: "3ep",
    evalInterval: "0.5ep",
    microbatchSize: 5,
    maxGradientNorm: 0.2,
    movingAverage: { halfLife: "3ba" },
    earlyStopping: { metric: "accuracy", patience: "3ep" },
  });
  const { losses, evaluations, restored } = await trainer.fit();
  const weights = await Promise.all(model.getWeights().map((weight) => weight.data()));
  trainer.dispose();
  optimizer.dispose();
  model.dispose();
  return { losses, evaluations, restored, weights };
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  assert.equal(actual.length, expected.length);
  Array.from(actual, (value, i) => assert.ok(Math.abs(value - expected[i]!) < tolerance, `${i}`));
}

testWithAdapter("a Trainer averages, clips and stops on webgpu as on cpu", async () => {
  await tf.setBackend("cpu");
  const expected = await trained();
  await registerWebGpuBackend();
  await tf.setBackend("webgpu");
  const actual = await trained();
  assertNear(actual.losses, expected.losses, 1e-4);
  assert.deepEqual(actual.evaluations, expected.evaluations);
  assert.deepEqual(actual.restored, expected.restored);
  actual.weights.forEach((weight, i) => assertNear(weight, expected.weights[i]!, 1e-4));
});

testWithAdapter("Adam's corrections and a clipped norm keep their digits on webgpu", async () => {
  await registerWebGpuBackend();
  await tf.setBackend("webgpu");
  for (const t of [1, 10, 400, 900]) {
    const share = tf.tidy(() => oneMinusPower(0.999, tf.scalar(t)));
    const [value] = await share.data();
    assert.ok(Math.abs(value! / (1 - 0.999 ** t) - 1) < 2e-6, `${t}: ${value}`);
    share.dispose();
  }
  const clipped = tf.tidy(() => clipByGlobalNorm([tf.tensor1d([3, 0]), tf.tensor1d([4])], 1));
  assertNear(await clipped[0]!.data(), [0.6, 0], 1e-6);
  assertNear(await clipped[1]!.data(), [0.8], 1e-6);
  tf.dispose(clipped as tf.Tensor[]);
});
