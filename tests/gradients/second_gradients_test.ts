/** Gradients of gradients, where TensorFlow.js has them: those of a penalty on a gradient. */
import assert from "node:assert/strict";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { groupNorm } from "../../src/gradients/group_norm.ts";
import { maxPool } from "../../src/gradients/max_pool.ts";
import { movingBatchNorm } from "../../src/gradients/moving_batch_norm.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { relu } from "../../src/gradients/relu.ts";
import { standardizeWeights } from "../../src/standardization/standardize_weights.ts";
import { type Variant, variants } from "../../src/standardization/variants.ts";
import * as tf from "../../src/tf.ts";
import { crossEntropy, dice, segmentation } from "../../src/training/losses.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { noise } from "./convolutions.ts";
import { assertDifferences, type Op } from "./differences.ts";

registerGradients();

forEachBackend("tf.norm can be differentiated twice", () => {
  tf.tidy(() => {
    const slope = tf.grad((x: tf.Tensor) => tf.norm(x));
    const second = tf.grad((x: tf.Tensor) => slope(x))(tf.tensor1d([3, 4]), tf.tensor1d([1, 0]));
    assertClose(second, [(1 - 9 / 25) / 5, -12 / 25 / 5], 1e-6);
  });
});

for (
  const [strides, pad, dilations] of [[1, "same", 1], [2, "valid", 1], [1, "same", 2]] as const
) {
  const what = `strides ${strides}, ${pad}, dilations ${dilations}`;
  const shape = [2, 6, 5, 2], kernelShape = [3, 2, 2, 3];
  const convolve = (x: tf.Tensor, kernel: tf.Tensor) =>
    tf.square(
      tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad, "NHWC", dilations),
    );

  forEachBackend(`the input's gradient of tf.conv2d has a gradient, ${what}`, () => {
    tf.tidy(() => {
      const slope = (x: tf.Tensor, kernel: tf.Tensor) =>
        tf.grad((x: tf.Tensor) => convolve(x, kernel))(x);
      const inputs = [noise(shape, 1), noise(kernelShape, 2)] as tf.Tensor[];
      assertDifferences(slope, inputs, { tolerance: 2e-3, what });
    });
  });

  if (dilations === 1) continue; // cpu has a kernel of TensorFlow.js's there, without a gradient
  forEachBackend(`the kernel's gradient of tf.conv2d has a gradient, ${what}`, () => {
    tf.tidy(() => {
      const slope = (x: tf.Tensor, kernel: tf.Tensor) =>
        tf.grad((kernel: tf.Tensor) => convolve(x, kernel))(kernel);
      const inputs = [noise(shape, 1), noise(kernelShape, 2)] as tf.Tensor[];
      assertDifferences(slope, inputs, { tolerance: 2e-3, what });
    });
  });
}

/**
 * The gradient of a gradient, beside a path that doesn't lead through it: where something on the way
 * counts as a constant, that gives a wrong number and no error.
 */
function assertSecondGradients(op: Op, inputs: tf.Tensor[], what: string): void {
  tf.tidy(() => {
    for (const by of inputs.keys()) {
      const slope = (...inputs: tf.Tensor[]) => {
        const squares = (input: tf.Tensor) => tf.square(op(...inputs.with(by, input)));
        return tf.add(tf.grad(squares)(inputs[by]!), tf.square(inputs[by]!));
      };
      assertDifferences(slope, inputs, { step: 0.01, tolerance: 5e-3, what: `${what} by ${by}` });
    }
  });
}

const map = [2, 3, 2, 4];
const vectors = () => [noise([4], 2), noise([4], 3)] as tf.Tensor[];

/** A normalization of a map, of its scale and offset. */
const normalizations: [what: string, op: (x: tf.Tensor, ...affine: Affine) => tf.Tensor][] = [
  ["batchNorm", (...inputs) => batchNorm(...inputs, 0.1).y],
  ["groupNorm", (...inputs) => groupNorm(...inputs, { groups: 2, epsilon: 0.1 })],
  ["movingBatchNorm", (...inputs) => {
    const [mean, variance]: tf.Tensor1D[] = [tf.fill([4], 0.3), tf.fill([4], 2)];
    return movingBatchNorm(...inputs, { mean: mean!, variance: variance! }, { epsilon: 0.1 }).y;
  }],
  ["batchNorm and ReLU", (...inputs) => relu(tf.add(batchNorm(...inputs, 0.1).y, 3))],
];
type Affine = [gamma: tf.Tensor1D, beta: tf.Tensor1D];

for (const [what, op] of normalizations) {
  forEachBackend(`the gradients of ${what} have gradients`, () => {
    tf.tidy(() => assertSecondGradients(op as Op, [noise(map, 1), ...vectors()], what));
  });
}

forEachBackend("the gradient of standardizeWeights has a gradient, in every variant", () => {
  tf.tidy(() => {
    for (const variant of Object.keys(variants) as Variant[]) {
      // A mean that stays makes the third derivative large, which a difference is off by.
      const { centres, divides } = variants[variant],
        epsilon = divides ? (centres ? 0.01 : 0.5) : 0;
      const op = (kernel: tf.Tensor) => standardizeWeights(kernel, { variant, epsilon });
      assertSecondGradients(op, [noise([2, 2, 2, 3], 1)], variant);
    }
  });
});

/** Losses of logits, whose labels are all different, and one of a pixel that doesn't count. */
const losses = { crossEntropy, dice, segmentation: segmentation() };

forEachBackend("the gradients of losses have gradients", () => {
  tf.tidy(() => {
    const labels = tf.tensor1d([0, 1, 2, -1, 2], "int32");
    for (const [what, loss] of Object.entries(losses)) {
      assertSecondGradients((logits) => loss(labels, logits), [noise([5, 3], 1)], what);
    }
  });
});

/** Values that are far enough apart for a difference to leave each window's largest as it is. */
const apart = (shape: number[]) => {
  const size = tf.util.sizeFromShape(shape);
  // 7 shares no divisor with the sizes here.
  return tf.tensor(Array.from({ length: size }, (_, i) => i * 7 % size / size * 4 - 2), shape);
};

/** Pools of maps: with a border, windows that overlap, and such that do not meet. */
const pools: [what: string, op: (x: tf.Tensor4D) => tf.Tensor][] = [
  ["maxPool", (x) => maxPool(x, 3, 2, 1)],
  ["maxPool of windows apart", (x) => maxPool(x, [1, 2], [2, 3], 0)],
  ["tf.maxPool", (x) => tf.maxPool(x, 3, 1, "same")],
  ["tf.avgPool", (x) => tf.avgPool(x, [3, 2], 2, "same")],
];

for (const [what, op] of pools) {
  forEachBackend(`the gradient of ${what} has a gradient`, () => {
    tf.tidy(() => assertSecondGradients(op as Op, [apart([2, 5, 6, 3])], what));
  });
}

/** Ops whose gradient reads what they have put out. */
const readingOutputs: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  exp: tf.exp,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  max: (x) => tf.max(x, 1),
};

for (const [what, op] of Object.entries(readingOutputs)) {
  forEachBackend(`the gradient of tf.${what} has a gradient`, () => {
    tf.tidy(() => assertSecondGradients(op, [apart([3, 4])], what));
  });
}

for (const backend of ["cpu", "wasm"]) {
  // What throws leaves the tape behind: nothing is counted.
  Deno.test(`a gradient that is computed in JavaScript says that it has none [${backend}]`, async () => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const pool = (x: tf.Tensor) => tf.square(tf.maxPool3d(x as tf.Tensor5D, 2, 1, "valid"));
      const slope = (x: tf.Tensor) => tf.add(tf.grad(pool)(x), tf.square(x));
      const expected = /Cannot compute a gradient of this gradient, .*maxPool3d/;
      assert.throws(() => tf.grad(slope)(apart([1, 3, 3, 3, 2])), expected);
    });
  });
}
