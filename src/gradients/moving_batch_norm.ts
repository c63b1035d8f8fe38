import * as tf from "../tf.ts";
import type { StepGroup } from "../workers.ts";
import { channelMean } from "./channel_mean.ts";
import { checkChannelVectors } from "./channel_vectors.ts";
import { defineOperation, type Operation } from "./operation.ts";

/** Statistics of each channel, `[channels]`. */
export interface ChannelStatistics {
  /** The mean of each channel. */
  mean: tf.Tensor1D;
  /** The variance of each channel. */
  variance: tf.Tensor1D;
}

/** What {@linkcode movingBatchNorm} returns; no gradient flows through the statistics. */
export interface MovingBatchNormOutputs<T extends tf.Tensor> extends ChannelStatistics {
  /** The normalized activations, shaped as `x`. */
  y: T;
}

/** Options of {@linkcode movingBatchNorm}. */
export interface MovingBatchNormOptions {
  /** Added to the variance. */
  epsilon: number;
  /**
   * How far the batch moves the statistics before they normalize it, in `[0, 1]`; at 0 they stay,
   * as in inference.
   *
   * @default {0}
   */
  rate?: number;
  /** Workers over whose values the batch's statistics are taken; without it, over those of `x`. */
  group?: StepGroup | undefined;
}

type Inputs = "x" | "gamma" | "beta" | "mean" | "variance";

interface Attributes {
  epsilon: number;
  rate: number;
  group?: StepGroup | undefined;
}

const operation: Operation<Inputs, Attributes> = {
  name: "weight-standardization/moving-batch-norm",
  forward({ x, gamma, beta, ...before }, { epsilon, rate, group }) {
    const [mean, variance] = rate === 0
      ? [tf.clone(before.mean), tf.clone(before.variance)]
      : moved(x, before.mean, before.variance, { rate, group });
    const scale = tf.div(gamma, deviationOf(variance, epsilon));
    const offset = tf.sub(beta, tf.mul(mean, scale));
    // Two ops over the map, and still several times as fast as wasm's own batch norm.
    return [tf.add(tf.mul(x, scale), offset), mean, variance];
  },
  inputsToSave: ["x", "gamma"],
  outputsToSave: [false, true, true],
  gradient(dy, saved, { epsilon }) {
    const [x, gamma, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const count = x.size / gamma.size;
    const sumOf = (values: tf.Tensor) => tf.mul(channelMean(values), count);
    return {
      x: () => tf.mul(dy, tf.div(gamma, deviationOf(variance, epsilon))),
      gamma: () => tf.div(sumOf(tf.mul(dy, tf.sub(x, mean))), deviationOf(variance, epsilon)),
      beta: () => sumOf(dy),
      mean: () => tf.zerosLike(mean),
      variance: () => tf.zerosLike(variance),
    };
  },
};
const run = defineOperation(operation);

/** Under a name of its own: a backend's kernel knows no workers. */
const runOverWorkers = defineOperation({
  ...operation,
  name: "weight-standardization/synchronized-moving-batch-norm",
});

/**
 * Batch normalization by moving statistics:
 * `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`. They count as constants, so that
 * `dx = dy * gamma / sqrt(variance + epsilon)`.
 *
 * With a `rate` the batch moves them first, and is normalized by where they are then:
 * `mean' = mean + rate * (batchMean - mean)`,
 * `variance' = variance + rate * (batchVariance - variance)`. Here `batchVariance` is the mean of
 * `(x - mean)²`, about the mean *before* it moves, so that a batch of a single value has one too.
 *
 * Source: Qiao et al., "Micro-Batch Training with Batch-Channel Normalization and Weight
 * Standardization", arXiv 1903.10520; the estimates of joe-siyuan-qiao/Batch-Channel-Normalization.
 *
 * @param x float32 `[..., channels]`, of rank 2 to 4
 * @param gamma scale `[channels]`
 * @param beta offset `[channels]`
 * @param statistics mean and variance before this batch, each `[channels]`
 * @param options epsilon, and the rate
 * @returns `y`, shaped as `x`, and the statistics that it was normalized by
 * @throws {TypeError} if `gamma`, `beta`, the mean or the variance is not `[channels]`
 */
export function movingBatchNorm<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { mean, variance }: ChannelStatistics,
  { epsilon, rate = 0, group }: MovingBatchNormOptions,
): MovingBatchNormOutputs<T> {
  checkChannelVectors("movingBatchNorm", x, { gamma, beta, mean, variance });
  const inputs = { x, gamma, beta, mean, variance };
  const outputs = group === undefined || rate === 0
    ? run(inputs, { epsilon, rate })
    : runOverWorkers(inputs, { epsilon, rate, group });
  const [y, ...after] = outputs as [T, tf.Tensor1D, tf.Tensor1D];
  return { y, mean: after[0], variance: after[1] };
}

/** The statistics, moved by the batch. */
function moved(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  { rate, group }: Pick<Attributes, "rate" | "group">,
): [tf.Tensor, tf.Tensor] {
  const move = (before: tf.Tensor, batch: tf.Tensor) =>
    tf.add(tf.mul(before, 1 - rate), tf.mul(batch, rate));
  const own = [channelMean(x), channelMean(tf.squaredDifference(x, mean))] as const;
  const [batchMean, spread] = group === undefined ? own : overWorkers(group, own, x);
  return [move(mean, batchMean), move(variance, spread)];
}

/** Means over all workers' values. Both are of fixed points, so that they are plain weighted means. */
function overWorkers(
  group: StepGroup,
  means: readonly [tf.Tensor, tf.Tensor],
  x: tf.Tensor,
): [tf.Tensor, tf.Tensor] {
  const count = x.size / means[0].size;
  const sums = tf.concat([tf.mul(tf.concat([...means]), count), tf.tensor1d([count])]);
  const [all] = group.sum([sums]);
  const [both, total] = tf.split(all!, [2 * means[0].size, 1]) as [tf.Tensor, tf.Tensor];
  return tf.split(tf.div(both, total), 2) as [tf.Tensor, tf.Tensor];
}

function deviationOf(variance: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.sqrt(tf.add(variance, epsilon));
}
