/**
 * What `wasm_kernels_bench.ts` times: ops, on shapes of a DeepLabv3+ and of a ResNet.
 *
 * @module
 */
import { batchNorm } from "../../../src/gradients/batch_norm.ts";
import { channelMean } from "../../../src/gradients/channel_mean.ts";
import { relu } from "../../../src/gradients/relu.ts";
import { standardizeWeights } from "../../../src/standardization/standardize_weights.ts";
import * as tf from "../../../src/tf.ts";

/** An op that a kernel of ours computes. */
export interface KernelCase {
  /** The kernel's name, without `weight-standardization/`. */
  kernel: string;
  /** What it is run on. */
  shape: readonly number[];
  /** Makes the inputs, and gives what runs the op on them: it makes tensors. */
  prepare(shape: readonly number[]): () => unknown;
}

let seed = 0;
const random = (shape: readonly number[]): tf.Tensor => {
  const values = tf.randomNormal([tf.util.sizeFromShape([...shape])], 0, 1, "float32", ++seed);
  return tf.reshape(values, [...shape]);
};

/**
 * The gradient of an op alone: TensorFlow.js's registry has it by the op's name.
 *
 * @param op the op, without `weight-standardization/`
 * @param dy the gradient with respect to its output
 * @param saved what the op saved
 * @param attributes the op's attributes
 * @returns what computes the gradients
 */
function gradientOf(
  op: string,
  dy: tf.Tensor,
  saved: tf.Tensor[],
  attributes: object,
): () => unknown {
  const { gradFunc } = tf.getGradient(`weight-standardization/${op}`);
  return () =>
    Object.values(gradFunc(dy, saved, attributes as tf.NamedAttrMap)).map((compute) => compute());
}

/** Maps of a network in quick and in full size, and the deepest ones. */
const maps = [[8, 32, 32, 64], [4, 8, 8, 256], [16, 56, 56, 64], [16, 7, 7, 512]];

/** Kernels of convolutions, as filters. */
const filters = [[576, 64], [64, 256], [4608, 512]];

const ofMaps: Omit<KernelCase, "shape">[] = [
  {
    kernel: "pixel-mean",
    prepare(shape) {
      const x = random(shape);
      return () => channelMean(x);
    },
  },
  {
    kernel: "batch-norm",
    prepare(shape) {
      const x = random(shape), channels = shape.at(-1)!;
      const gamma: tf.Tensor1D = tf.ones([channels]), beta: tf.Tensor1D = tf.zeros([channels]);
      return () => batchNorm(x, gamma, beta, 1e-5);
    },
  },
  {
    kernel: "batch-norm-gradient",
    prepare(shape) {
      const vector = tf.ones([shape.at(-1)!]);
      const saved = [random(shape), vector, vector, vector];
      return gradientOf("batch-norm", random(shape), saved, { epsilon: 1e-5 });
    },
  },
  {
    kernel: "relu",
    prepare(shape) {
      const x = random(shape);
      return () => relu(x);
    },
  },
  {
    kernel: "relu-gradient",
    prepare: (shape) => gradientOf("relu", random(shape), [relu(random(shape))], {}),
  },
];

const ofFilters: Omit<KernelCase, "shape">[] = [
  {
    kernel: "standardize",
    prepare(shape) {
      const weights = random(shape);
      return () => standardizeWeights(weights);
    },
  },
  {
    kernel: "standardize-gradient",
    prepare([size = 1, count = 1]) {
      const saved = [random([size, count]), tf.ones([1, count])];
      const formula = { unbiased: false, epsilonOn: "variance", epsilon: 1e-10 };
      return gradientOf("standardize", random([size, count]), saved, { formula, divisor: size });
    },
  },
];

const on = (shapes: readonly number[][], cases: readonly Omit<KernelCase, "shape">[]) =>
  cases.flatMap((each) => shapes.map((shape) => ({ ...each, shape })));

/** All of them. */
export const cases: readonly KernelCase[] = [...on(maps, ofMaps), ...on(filters, ofFilters)];
