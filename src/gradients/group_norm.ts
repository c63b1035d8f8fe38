import * as tf from "../tf.ts";
import { check, isInteger } from "../check.ts";
import { pixelMean } from "./channel_mean.ts";
import { checkChannelVectors } from "./channel_vectors.ts";
import { isTaped } from "./engine_scope.ts";
import { defineOperation, runKernelOr } from "./operation.ts";

/** Options of {@linkcode groupNorm}. */
export interface GroupNormOptions {
  /** How many groups of adjacent channels each example has; divides the channels. */
  groups: number;
  /** Added to the variance. */
  epsilon: number;
}

/** A type and not an interface: only that passes for the attributes of a kernel. */
type Attributes = { groups: number; epsilon: number };

const run = defineOperation<"x" | "gamma" | "beta", Attributes>({
  name: "weight-standardization/group-norm",
  forward({ x, gamma, beta }, { groups, epsilon }) {
    const layout = layoutOf(x, groups);
    const rows = layout.toRows(x);
    const { mean, variance } = statisticsOf(rows, layout);
    const scale = tf.mul(layout.perGroup(gamma), tf.rsqrt(tf.add(variance, epsilon)));
    const offset = tf.sub(layout.perGroup(beta), tf.mul(mean, scale));
    const y = tf.add(tf.mul(rows, layout.toRow(scale)), layout.toRow(offset));
    return [tf.reshape(y, x.shape), mean, variance];
  },
  inputsToSave: ["x", "gamma"],
  outputsToSave: [false, true, true],
  gradient(dy, saved, attributes) {
    const [x, gamma, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const layout = layoutOf(x, attributes.groups);
    // What is saved of the statistics counts as constant: a gradient of the gradient needs its own.
    const [dx, dgamma, dbeta] = isTaped()
      ? composedGradient({ dy, x, gamma, ...statisticsOf(layout.toRows(x), layout) }, attributes)
      : groupNormGradient({ dy, x, gamma, mean, variance }, attributes);
    return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
  },
});

/**
 * Group normalization: `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the mean
 * and the biased variance of each example's group over the group's channels and all pixels. The
 * gradient is the closed form `dx = (g - mean(g) - xhat * mean(g * xhat)) / s`, where
 * `g = gamma * dy`.
 *
 * One group makes it layer normalization (over height, width and channels), as many groups as
 * channels instance normalization. Where a group is a single value, `y = beta` and `dx = 0`.
 *
 * Source: Wu and He, "Group Normalization", 2018; PyTorch's `group_norm`.
 *
 * @param x float32 `[batch, ..., channels]`, of rank 2 or more
 * @param gamma scale `[channels]`
 * @param beta offset `[channels]`
 * @param options the groups and epsilon
 * @returns a tensor shaped as `x`
 * @throws {TypeError} if `gamma` or `beta` has another shape, or `x` a rank below 2
 * @throws {RangeError} if the number of groups does not divide that of the channels
 */
export function groupNorm<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { groups, epsilon }: GroupNormOptions,
): T {
  const isBatch = x.rank >= 2;
  check(isBatch, TypeError, "compute groupNorm as x must be [batch, ..., channels]", x.shape);
  checkChannelVectors("groupNorm", x, { gamma, beta });
  const requirement = `compute groupNorm as groups must divide the channels (${gamma.size})`;
  const divides = isInteger(groups, 1) && gamma.size % groups === 0;
  check(divides, RangeError, requirement, groups);
  return run({ x, gamma, beta }, { groups, epsilon })[0] as T;
}

/** The mean and the biased variance of each example's groups, `[batch, groups, 1]`. */
function statisticsOf(rows: tf.Tensor, layout: Layout): Record<"mean" | "variance", tf.Tensor> {
  const imageMean = pixelMean(rows);
  const spread = layout.toGroups(pixelMean(tf.squaredDifference(rows, imageMean)));
  const means = layout.toGroups(imageMean);
  const mean = tf.mean(means, 2, true);
  // Within each channel plus between them: both are of differences, so that nothing cancels.
  const variance = tf.mean(tf.add(spread, tf.squaredDifference(means, mean)), 2, true);
  return { mean, variance };
}

type GradientInputs = Record<"dy" | "x" | "gamma" | "mean" | "variance", tf.Tensor>;
type Gradients = [dx: tf.Tensor, dgamma: tf.Tensor, dbeta: tf.Tensor];

/**
 * Kernel `weight-standardization/group-norm-gradient`: inputs `dy`, `x`, `gamma`, and `mean` and
 * `variance`, both `[batch, groups, 1]`; attributes `groups`, `epsilon`; the three gradients are
 * its outputs.
 */
function groupNormGradient(inputs: GradientInputs, attributes: Attributes): Gradients {
  const name = "weight-standardization/group-norm-gradient";
  const compose = () => composedGradient(inputs, attributes);
  return runKernelOr(name, inputs, attributes, compose) as Gradients;
}

/** The gradients composed of TensorFlow.js's ops. */
function composedGradient(
  { dy, x, mean, variance, ...inputs }: GradientInputs,
  { groups, epsilon }: Attributes,
): Gradients {
  const layout = layoutOf(x, groups);
  const gamma = layout.perGroup(inputs.gamma);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const [rows, dyRows] = [layout.toRows(x), layout.toRows(dy)];
  const centred = tf.sub(rows, layout.spreadToRow(mean));
  const dyMean = layout.toGroups(pixelMean(dyRows));
  const projection = tf.mul(layout.toGroups(pixelMean(tf.mul(dyRows, centred))), inverse);
  const slope = tf.mul(tf.mean(tf.mul(gamma, projection), 2, true), tf.square(inverse));
  const shift = tf.mul(tf.mean(tf.mul(gamma, dyMean), 2, true), inverse);
  const dx = tf.sub(
    tf.sub(tf.mul(dyRows, layout.toRow(tf.mul(gamma, inverse))), layout.spreadToRow(shift)),
    tf.mul(centred, layout.spreadToRow(slope)),
  );
  const dgamma = layout.sumOverExamples(projection);
  return [tf.reshape(dx, x.shape), dgamma, layout.sumOverExamples(dyMean)];
}

/**
 * Between `[batch, pixels, channels]`, in which maps are computed, and
 * `[batch, groups, channels of a group]`, in which their statistics are: no map is ever transposed.
 */
interface Layout {
  /** `[batch, pixels, channels]` of a map. */
  toRows(map: tf.Tensor): tf.Tensor;
  /** `[batch, groups, channels of a group]` of `[batch, 1, channels]`. */
  toGroups(row: tf.Tensor): tf.Tensor;
  /** `[batch, 1, channels]` of `[batch, groups, channels of a group]`. */
  toRow(grouped: tf.Tensor): tf.Tensor;
  /** `[batch, 1, channels]` of `[batch, groups, 1]`: each group's value for all of its channels. */
  spreadToRow(perGroup: tf.Tensor): tf.Tensor;
  /** `[groups, channels of a group]` of `[channels]`. */
  perGroup(vector: tf.Tensor): tf.Tensor;
  /** `[channels]`: what means over the pixels of each example add up to. */
  sumOverExamples(means: tf.Tensor): tf.Tensor;
}

function layoutOf(x: tf.Tensor, groups: number): Layout {
  const [batch = 0] = x.shape;
  const channels = x.shape.at(-1) as number;
  const pixels = x.shape.slice(1, -1).reduce((product, size) => product * size, 1);
  const width = channels / groups;
  const toRow = (grouped: tf.Tensor) => tf.reshape(grouped, [batch, 1, channels]);
  return {
    toRows: (map) => tf.reshape(map, [batch, pixels, channels]),
    toGroups: (row) => tf.reshape(row, [batch, groups, width]),
    toRow,
    spreadToRow: (perGroup) => toRow(tf.tile(perGroup, [1, 1, width])),
    perGroup: (vector) => tf.reshape(vector, [groups, width]),
    sumOverExamples: (means) => tf.mul(tf.sum(tf.reshape(means, [batch, channels]), 0), pixels),
  };
}
