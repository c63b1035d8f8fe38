/** A diverged run is to be seen: NaN arrives, on every backend, however its bits are set. */
import assert from "node:assert/strict";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { conv2d } from "../../src/gradients/conv2d.ts";
import { depthwiseConv2d } from "../../src/gradients/depthwise_conv2d.ts";
import { groupNorm } from "../../src/gradients/group_norm.ts";
import { maxPool } from "../../src/gradients/max_pool.ts";
import { movingBatchNorm } from "../../src/gradients/moving_batch_norm.ts";
import { relu } from "../../src/gradients/relu.ts";
import { resizeBilinear } from "../../src/gradients/resize_bilinear.ts";
import { standardizeWeights } from "../../src/standardization/standardize_weights.ts";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { crossEntropy, dice } from "../../src/training/losses.ts";
import { forEachBackend } from "../backends.ts";

/** NaN as ARM makes it, and as x86 does: with its sign bit set. */
const nanBits = [0x7fc00000, 0xffc00000];

/** `[1, 6, 6, 4]`, the same each time, with NaN of these bits at one place: row 2, column 3, 1. */
function mapWithNaN(bits: number): tf.Tensor4D {
  const values = Float32Array.from({ length: 144 }, (_, i) => Math.sin(1.7 * i));
  new Uint32Array(values.buffer)[4 * (6 * 2 + 3) + 1] = bits;
  return tf.tensor4d(values, [1, 6, 6, 4]);
}

/** Runs at once, and as a recorded step where the backend has those: it may optimize them apart. */
function bothWays(op: (x: tf.Tensor4D) => tf.Tensor, x: tf.Tensor4D): tf.TypedArray[] {
  const step = capture((x: tf.Tensor) => op(x as tf.Tensor4D));
  try {
    return tf.tidy(() => [op(x).dataSync(), step(x).dataSync()]);
  } finally {
    step.dispose();
  }
}

const kernel = () => tf.fill([3, 3, 4, 4], 0.1) as tf.Tensor4D;
const labels = () => tf.zeros([1, 6, 6], "int32");
const vectors = () => ({ gamma: tf.ones([4]) as tf.Tensor1D, beta: tf.zeros([4]) as tf.Tensor1D });
const ops: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
  relu,
  maxPool: (x) => maxPool(x, 3, 2, 1),
  conv2d: (x) => conv2d(x, kernel(), 1, "same"),
  depthwiseConv2d: (x) => depthwiseConv2d(x, tf.fill([3, 3, 4, 1], 0.1), 1, "same"),
  batchNorm: (x) => batchNorm(x, vectors().gamma, vectors().beta, 1e-5).y,
  movingBatchNorm(x) {
    const statistics = { mean: vectors().beta, variance: vectors().gamma };
    return movingBatchNorm(x, vectors().gamma, vectors().beta, statistics, { epsilon: 1e-5 }).y;
  },
  groupNorm: (x) => groupNorm(x, vectors().gamma, vectors().beta, { groups: 2, epsilon: 1e-5 }),
  resizeBilinear: (x) => resizeBilinear(x, [12, 12]),
  standardizeWeights: (x) => standardizeWeights(x),
  crossEntropy: (x) => crossEntropy(labels(), x),
  dice: (x) => dice(labels(), x),
  "relu of batchNorm": (x) => relu(batchNorm(x, vectors().gamma, vectors().beta, 1e-5).y),
  "relu of ∞ − ∞": (x) => relu(tf.sub(tf.div(x, 0), tf.div(x, 0))),
  "maxPool of relu": (x) => maxPool(relu(x), 2, 2, "valid"),
};

for (const [name, op] of Object.entries(ops)) {
  forEachBackend(`${name} hands NaN on`, () =>
    nanBits.forEach((bits) => {
      const x = mapWithNaN(bits);
      for (const values of bothWays(op, x)) assert.ok(values.some(Number.isNaN), `${bits}`);
      x.dispose();
    }));
}

forEachBackend(
  "maxPool() gives NaN for the windows that hold one, and for no others",
  () =>
    nanBits.forEach((bits) => {
      const x = mapWithNaN(bits);
      const clean = tf.tidy(() => tf.where(tf.isNaN(x), tf.zerosLike(x), x) as tf.Tensor4D);
      const [whole] = bothWays((x) => maxPool(x, 3, 2, 1), clean);
      for (const y of bothWays((x) => maxPool(x, 3, 2, 1), x)) {
        y.forEach((value, i) => {
          const [row, column, channel] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
          // Windows begin at -1, 1, 3: rows 1 to 3, columns 1 to 3 and 3 to 5 hold (2, 3).
          const holds = row === 1 && column >= 1 && channel === 1;
          assert.equal(value, holds ? NaN : whole![i], `${row}, ${column}, ${channel}`);
        });
      }
      tf.dispose([x, clean]);
    }),
);

forEachBackend("maxPool() keeps ∞ beside −∞ and at the border", () => {
  const values = new Float32Array(36);
  values.set([Infinity, -Infinity], 0);
  const x = tf.tensor4d(values, [1, 6, 6, 1]);
  for (const y of bothWays((x) => maxPool(x, 3, 2, 1), x)) {
    assert.deepEqual([...y], [Infinity, 0, 0, 0, 0, 0, 0, 0, 0]);
  }
  x.dispose();
});

forEachBackend("softmax gives a row of NaN for a NaN or ∞ in it, and no other", () => {
  for (const bad of [NaN, Infinity]) {
    const x = tf.tensor2d([1, bad, 2, 3, 1, 2, 3, -Infinity], [2, 4]);
    const [first, second] = bothWays(
      (x) => tf.softmax(x as tf.Tensor),
      x as tf.Tensor as tf.Tensor4D,
    );
    for (const y of [first!, second!]) {
      assert.ok(y.subarray(0, 4).every(Number.isNaN), `${y}`);
      assert.ok(y.subarray(4).every(Number.isFinite), `${y}`);
    }
    x.dispose();
  }
});
