/**
 * What `wasm_kernels_bench.ts` times: ops, on shapes of a DeepLabv3+ and of a ResNet.
 *
 * @module
 */
import { batchNorm } from "../../../src/gradients/batch_norm.ts";
import { channelMean } from "../../../src/gradients/channel_mean.ts";
import { groupNorm } from "../../../src/gradients/group_norm.ts";
import { relu } from "../../../src/gradients/relu.ts";
import { resizeBilinear } from "../../../src/gradients/resize_bilinear.ts";
import { standardizeWeights } from "../../../src/standardization/standardize_weights.ts";
import { variants } from "../../../src/standardization/variants.ts";
import * as tf from "../../../src/tf.ts";
import { momentumUpdate } from "../../../src/training/optimizers/momentum_update.ts";
import type { KernelCase } from "./wasm_kernel_case.ts";
import { windowCases } from "./wasm_window_cases.ts";

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
    kernel: "group-norm",
    prepare(shape) {
      const x = random(shape), channels = shape.at(-1)!;
      const gamma: tf.Tensor1D = tf.ones([channels]), beta: tf.Tensor1D = tf.zeros([channels]);
      return () => groupNorm(x, gamma, beta, { groups: 32, epsilon: 1e-5 });
    },
  },
  {
    kernel: "group-norm-gradient",
    prepare(shape) {
      const [batch, channels] = [shape[0]!, shape.at(-1)!], statistics = tf.ones([batch, 32, 1]);
      const saved = [random(shape), tf.ones([channels]), statistics, statistics];
      return gradientOf("group-norm", random(shape), saved, { groups: 32, epsilon: 1e-5 });
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

/** Maps that are joined and parted by their channels. */
const ofPairs: Omit<KernelCase, "shape">[] = [
  {
    kernel: "Concat",
    prepare(shape) {
      const x = random(shape), y = random(shape);
      return () => tf.concat([x, y], -1);
    },
  },
  {
    kernel: "SplitV",
    prepare(shape) {
      const x = random(shape);
      return () => tf.split(x, 2, -1);
    },
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
      const filters = random([size, count]), saved = [filters, filters, tf.ones([1, count])];
      const attributes = { formula: variants.composer, divisor: size };
      return gradientOf("standardize", random([size, count]), saved, attributes);
    },
  },
  {
    kernel: "momentum-update",
    prepare(shape) {
      const of = () => random(shape);
      const states = [1, 2].map(() => ({ weight: of(), gradient: of(), velocity: of() }));
      const rule = { momentum: 0.9, weightDecay: 1e-4, decayPerRate: 0, nesterov: false };
      const rate = tf.scalar(0.1);
      return () => momentumUpdate(states, rate, rule);
    },
  },
];

/** Maps that a DeepLabv3+ enlarges four times: of features and of classes. */
const small = [[8, 8, 8, 64], [8, 16, 16, 6], [2, 32, 32, 256], [2, 64, 64, 150]];

const enlarged = ([batch, height, width, channels]: readonly number[]) =>
  [batch!, 4 * height!, 4 * width!, channels!] as const;

const ofSmall: Omit<KernelCase, "shape">[] = [
  {
    kernel: "resize-bilinear",
    prepare(shape) {
      const x = random(shape), [, height, width] = enlarged(shape);
      return () => resizeBilinear(x as tf.Tensor4D, [height, width]);
    },
  },
  {
    kernel: "resize-bilinear-gradient",
    prepare: (shape) => gradientOf("resize-bilinear", random(enlarged(shape)), [random(shape)], {}),
  },
];

const on = (shapes: readonly number[][], cases: readonly Omit<KernelCase, "shape">[]) =>
  cases.flatMap((each) => shapes.map((shape) => ({ ...each, shape })));

/** All of them. */
export const cases: readonly KernelCase[] = [
  ...on(maps, [...ofMaps, ...ofPairs]),
  ...on(filters, ofFilters),
  ...on(small, ofSmall),
  ...windowCases,
];
