import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { movingBatchNorm } from "../../src/gradients/moving_batch_norm.ts";
import { assertClose, forEachBackend } from "../backends.ts";

const epsilon = 1e-3;

/** Random inputs of three channels, and statistics that are not the batch's. */
function inputs() {
  return {
    x: tf.randomNormal([4, 5, 3, 3], 2, 3, "float32", 1),
    gamma: tf.tensor1d([1, -2, 0.5]),
    beta: tf.tensor1d([0, 3, -1]),
    statistics: { mean: tf.tensor1d([1, 2, 3]), variance: tf.tensor1d([4, 9, 1]) },
  };
}

forEachBackend("movingBatchNorm() normalizes by the statistics when the rate is 0", () => {
  tf.tidy(() => {
    const { x, gamma, beta, statistics } = inputs();
    const outputs = movingBatchNorm(x, gamma, beta, statistics, { epsilon });
    const deviation = [4, 9, 1].map((variance) => Math.sqrt(variance + epsilon));
    const expected = Array.from(x.dataSync(), (value, i) => {
      const channel = i % 3;
      const centred = value - [1, 2, 3][channel]!;
      return [1, -2, 0.5][channel]! * centred / deviation[channel]! + [0, 3, -1][channel]!;
    });
    assertClose(outputs.y, expected, 1e-5, "y");
    assertClose(outputs.mean, [1, 2, 3], 0, "mean");
    assertClose(outputs.variance, [4, 9, 1], 0, "variance");
  });
});

forEachBackend("movingBatchNorm() moves the statistics first when there is a rate", () => {
  tf.tidy(() => {
    const { x, gamma, beta, statistics } = inputs();
    const moved = movingBatchNorm(x, gamma, beta, statistics, { epsilon, rate: 0.25 });
    const batch = tf.moments(x, [0, 1, 2]);
    // The mean of (x − m)² is the variance plus (mean − m)².
    const spread = tf.add(batch.variance, tf.squaredDifference(batch.mean, statistics.mean));
    const mean = tf.add(tf.mul(statistics.mean, 0.75), tf.mul(batch.mean, 0.25));
    const variance = tf.add(tf.mul(statistics.variance, 0.75), tf.mul(spread, 0.25));
    assertClose(moved.mean, mean.dataSync(), 1e-5, "mean");
    assertClose(moved.variance, variance.dataSync(), 1e-4, "variance");
    const after = { mean: moved.mean, variance: moved.variance };
    const still = movingBatchNorm(x, gamma, beta, after, { epsilon });
    assertClose(moved.y, still.y.dataSync(), 0, "y");
  });
});

forEachBackend("movingBatchNorm() is batchNorm() when the batch's mean moves all the way", () => {
  tf.tidy(() => {
    const { x, gamma, beta, statistics } = inputs();
    const batch = batchNorm(x, gamma, beta, epsilon);
    const before = { mean: batch.mean, variance: statistics.variance };
    const moved = movingBatchNorm(x, gamma, beta, before, { epsilon, rate: 1 });
    assertClose(moved.variance, batch.variance.dataSync(), 1e-5, "variance");
    assertClose(moved.y, batch.y.dataSync(), 1e-5, "y");
  });
});

forEachBackend("movingBatchNorm() takes its statistics for constants in the gradient", () => {
  tf.tidy(() => {
    const { x, gamma, beta, statistics } = inputs();
    const dy = tf.randomNormal([4, 5, 3, 3], 0.5, 1, "float32", 2);
    for (const rate of [0, 0.25]) {
      const { mean, variance } = movingBatchNorm(x, gamma, beta, statistics, { epsilon, rate });
      const normalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
        movingBatchNorm(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, statistics, {
          epsilon,
          rate,
        }).y;
      const [dx, dgamma, dbeta] = tf.grads(normalize)([x, gamma, beta], dy);
      const deviation = tf.sqrt(tf.add(variance, epsilon));
      assertClose(dx!, tf.mul(dy, tf.div(gamma, deviation)).dataSync(), 1e-6, "dx");
      const normalized = tf.div(tf.sub(x, mean), deviation);
      assertClose(dgamma!, tf.sum(tf.mul(dy, normalized), [0, 1, 2]).dataSync(), 1e-4, "dgamma");
      assertClose(dbeta!, tf.sum(dy, [0, 1, 2]).dataSync(), 1e-4, "dbeta");
      const ofMean = (mean: tf.Tensor) =>
        movingBatchNorm(x, gamma, beta, { ...statistics, mean: mean as tf.Tensor1D }, {
          epsilon,
          rate,
        }).y;
      assertClose(tf.grad(ofMean)(statistics.mean), [0, 0, 0], 0, "dmean");
    }
  });
});

Deno.test("movingBatchNorm() names statistics of the wrong shape", async () => {
  await tf.setBackend("cpu");
  tf.tidy(() => {
    const { x, gamma, beta, statistics } = inputs();
    const wrong = { ...statistics, variance: tf.ones([2]) as tf.Tensor1D };
    assert.throws(() => movingBatchNorm(x, gamma, beta, wrong, { epsilon }), {
      name: "TypeError",
      message: "Cannot compute movingBatchNorm as variance must be [3]: current value is [2]",
    });
  });
});
