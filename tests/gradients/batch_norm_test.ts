import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";

type Inputs = [x: tf.Tensor, gamma: tf.Tensor1D, beta: tf.Tensor1D];

function gradientsOf(inputs: Inputs, epsilon: number, dy: tf.Tensor): Inputs {
  const normalize = (...[x, gamma, beta]: Inputs) => batchNorm(x, gamma, beta, epsilon).y;
  return tf.grads(normalize as (...inputs: tf.Tensor[]) => tf.Tensor)(inputs, dy) as Inputs;
}

forEachBackend("batchNorm() matches PyTorch", () => {
  const { epsilon, x, gamma, beta, upstream, y, dx, dgamma, dbeta } = pytorch.batchNorm;
  tf.tidy(() => {
    const inputs: Inputs = [toTensor(x), toTensor(gamma), toTensor(beta)];
    const gradients = gradientsOf(inputs, epsilon, toTensor(upstream));
    assertClose(batchNorm(...inputs, epsilon).y, y.values, 1e-6, "y");
    assertClose(gradients[0], dx.values, 1e-6, "dx");
    assertClose(gradients[1], dgamma.values, 1e-5, "dgamma");
    assertClose(gradients[2], dbeta.values, 1e-5, "dbeta");
  });
});

/** Batch norm in float64, by the definition; `x` and `dy` are `[rows, channels]`, flat. */
function reference(x: Float32Array, dy: Float32Array, channels: number, epsilon: number) {
  const rows = x.length / channels;
  const meanOf = (value: (i: number, channel: number) => number) =>
    Array.from({ length: channels }, (_, channel) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += value(row * channels + channel, channel);
      return sum / rows;
    });
  const at = (values: ArrayLike<number>, i: number) => values[i] as number;
  const mean = meanOf((i) => at(x, i));
  const variance = meanOf((i, channel) => (at(x, i) - at(mean, channel)) ** 2);
  const normalized = Array.from(
    x,
    (value, i) =>
      (value - at(mean, i % channels)) / Math.sqrt(at(variance, i % channels) + epsilon),
  );
  const dyMean = meanOf((i) => at(dy, i));
  const projection = meanOf((i) => at(dy, i) * at(normalized, i));
  const dx = Array.from(normalized, (value, i) => {
    const channel = i % channels;
    const rest = at(dy, i) - at(dyMean, channel) - value * at(projection, channel);
    return rest / Math.sqrt(at(variance, channel) + epsilon);
  });
  return { mean, variance, y: normalized, dx, dgamma: projection.map((value) => value * rows) };
}

/**
 * How far off a sum may be, as a share of itself. The library's own ops lose nothing to speak of.
 * TensorFlow's operation, as it is built or without oneDNN, may add one value after another in
 * float32: each partial sum is rounded by up to u = 2⁻²⁴ of itself, which for n values of one size
 * leaves the sum a standard deviation of at most u·√n / 3 (rounding errors as independent: Higham
 * and Mary, "A new approach to probabilistic rounding error analysis"). Three of these.
 */
function sumError(count: number): number {
  return tf.getBackend() === "tensorflow" ? 2 ** -24 * Math.sqrt(count) : 0;
}

const shapes: [shape: number[], offset: number][] = [
  [[16, 20, 20, 3], 0],
  [[16, 20, 20, 3], 100],
  [[1, 64, 64, 2], -100],
  [[300, 4], 10],
  [[8, 25, 3], 10],
  [[5, 1, 1, 3], 1],
];

for (const [shape, offset] of shapes) {
  forEachBackend(`batchNorm() is exact to float32 for [${shape}] around ${offset}`, () => {
    tf.tidy(() => {
      const x = tf.add(tf.randomNormal(shape, 0, 1, "float32", 1), offset);
      const dy = tf.randomNormal(shape, 0.5, 1, "float32", 2);
      const channels = shape.at(-1) as number;
      const inputs: Inputs = [x, tf.ones([channels]), tf.zeros([channels])];
      const values = [x.dataSync(), dy.dataSync()] as [Float32Array, Float32Array];
      const expected = reference(...values, channels, 1e-5);
      const { y, mean, variance } = batchNorm(...inputs, 1e-5);
      const [dx, dgamma] = gradientsOf(inputs, 1e-5, dy);
      // x itself is only known to within half a unit in its last place.
      const ulp = 1.2e-7 * (1 + Math.abs(offset)), rows = x.size / channels;
      const sum = sumError(rows) * (1 + Math.abs(offset));
      assertClose(mean, expected.mean, 4 * ulp + sum, "mean");
      assertClose(variance, expected.variance, 1e-5 + ulp, "variance");
      assertClose(y, expected.y, 1e-5 + 8 * ulp + sum, "y"); // off by what the mean is off
      assertClose(dx, expected.dx, 1e-5 + 8 * ulp + sum, "dx");
      assertClose(dgamma, expected.dgamma, (1e-5 + ulp + sum) * rows, "dgamma");
    });
  });
}

forEachBackend("batchNorm() takes its statistics for constants", () => {
  tf.tidy(() => {
    const x = tf.randomNormal([8, 3], 0, 1, "float32", 1);
    const [gamma, beta]: tf.Tensor1D[] = [tf.ones([3]), tf.zeros([3])];
    const loss = (x: tf.Tensor) =>
      tf.sum(batchNorm(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-5).variance);
    assertClose(tf.grad(loss)(x), new Array(24).fill(0), 0);
  });
});

Deno.test("batchNorm() names a scale of the wrong shape", () => {
  tf.tidy(() => {
    const gamma: tf.Tensor1D = tf.ones([2]), beta: tf.Tensor1D = tf.zeros([3]);
    assert.throws(() => batchNorm(tf.zeros([4, 3]), gamma, beta, 1e-5), {
      name: "TypeError",
      message: "Cannot compute batchNorm as gamma must be [3]: current value is [2]",
    });
  });
});
