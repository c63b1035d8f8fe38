import * as tf from "../tf.ts";
import { checkRank } from "./arguments.ts";
import { channelMean } from "./channel_mean.ts";
import { checkChannelVectors } from "./channel_vectors.ts";
import { isTaped } from "./engine_scope.ts";
import { defineOperation, runKernelOr } from "./operation.ts";

/** What {@linkcode batchNorm} returns. */
export interface BatchNormOutputs<T extends tf.Tensor> {
  /** The normalized activations, shaped as `x`. */
  y: T;
  /** The batch's mean `[channels]`; no gradient flows through it. */
  mean: tf.Tensor1D;
  /** The batch's biased variance `[channels]`; no gradient flows through it. */
  variance: tf.Tensor1D;
}

const run = defineOperation<"x" | "gamma" | "beta", { epsilon: number }>({
  name: "weight-standardization/batch-norm",
  forward: (inputs, { epsilon }) => composedBatchNorm(inputs, epsilon),
  inputsToSave: ["x", "gamma"],
  outputsToSave: [false, true, true],
  gradient(dy, saved, { epsilon }) {
    const [x, gamma, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    // What is saved of the statistics counts as constant: a gradient of the gradient needs its own.
    const [dx, dgamma, dbeta] = isTaped()
      ? composedBatchNormGradient({ dy, x, gamma, ...statisticsOf(x) }, epsilon)
      : batchNormGradient({ dy, x, gamma, mean, variance }, epsilon);
    return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
  },
});

/**
 * Batch normalization in training: `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with
 * the mean and the biased variance of the batch over all axes but the last. The gradient is the
 * closed form `dx = gamma / s * (dy - mean(dy) - xhat * mean(dy * xhat))`.
 *
 * `mean` and `variance` are there to be averaged for evaluation: they count as constants, so that a
 * loss made of them has a gradient of 0. The gradients of `y` have gradients, by the statistics, too.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization", 2015; PyTorch's `batch_norm`.
 *
 * @param x float32 `[..., channels]`, of rank 2 to 4
 * @param gamma scale `[channels]`
 * @param beta offset `[channels]`
 * @param epsilon added to the variance
 * @returns `y`, shaped as `x`, and the batch's statistics
 * @throws {TypeError} if `gamma` or `beta` has another shape, or `x` another rank
 */
export function batchNorm<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): BatchNormOutputs<T> {
  if (x.rank < 2 || x.rank > 4) {
    checkRank("batchNorm", "x", x, ["batch", "height", "width", "channels"]);
  }
  checkChannelVectors("batchNorm", x, { gamma, beta });
  const [y, mean, variance] = run({ x, gamma, beta }, { epsilon }) as [T, ...tf.Tensor1D[]];
  return { y, mean, variance } as BatchNormOutputs<T>;
}

/**
 * {@linkcode batchNorm} composed of TensorFlow.js's ops, without a gradient.
 *
 * @param inputs `x`, `gamma` and `beta` as there
 * @param epsilon added to the variance
 * @returns `y`, the mean and the biased variance
 */
export function composedBatchNorm(
  { x, gamma, beta }: Record<"x" | "gamma" | "beta", tf.Tensor>,
  epsilon: number,
): [y: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor] {
  const { mean, variance, centred } = statisticsOf(x);
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
  // tf.batchNorm computes the same, on wasm several times slower.
  return [tf.add(tf.mul(centred, scale), beta), mean, variance];
}

/** The mean and the biased variance, and what `x` is apart from the mean. */
function statisticsOf(x: tf.Tensor): Record<"mean" | "variance" | "centred", tf.Tensor> {
  const mean = channelMean(x);
  // Of the differences, not E[x²] − E[x]²: that cancels where the mean is large.
  const centred = tf.sub(x, mean);
  return { mean, variance: channelMean(tf.square(centred)), centred };
}

/** The gradients by `x`, `gamma` and `beta`. */
export type BatchNormGradients = [dx: tf.Tensor, dgamma: tf.Tensor, dbeta: tf.Tensor];

type GradientInputs = Record<"dy" | "x" | "gamma" | "mean" | "variance", tf.Tensor>;

/**
 * Kernel `weight-standardization/batch-norm-gradient`: inputs `dy`, `x`, `gamma`, `mean`,
 * `variance`, attribute `epsilon`; the three gradients are its outputs.
 */
function batchNormGradient(inputs: GradientInputs, epsilon: number): BatchNormGradients {
  const compose = () => composedBatchNormGradient(inputs, epsilon);
  const name = "weight-standardization/batch-norm-gradient";
  return runKernelOr(name, inputs, { epsilon }, compose) as BatchNormGradients;
}

/**
 * {@linkcode batchNorm}'s gradients composed of TensorFlow.js's ops.
 *
 * @param inputs the gradient by `y`, and `x`, `gamma` and the batch's statistics
 * @param epsilon added to the variance
 * @returns the gradients
 */
export function composedBatchNormGradient(
  { dy, x, gamma, mean, variance }: GradientInputs,
  epsilon: number,
): BatchNormGradients {
  const scale = tf.rsqrt(tf.add(variance, epsilon));
  const centred = tf.sub(x, mean);
  const dyMean = channelMean(dy);
  const projection = tf.mul(channelMean(tf.mul(dy, centred)), scale);
  const gain = tf.mul(gamma, scale);
  const slope = tf.mul(gain, tf.mul(projection, scale));
  const dx = tf.sub(tf.mul(tf.sub(dy, dyMean), gain), tf.mul(centred, slope));
  const count = x.size / gamma.size;
  return [dx, tf.mul(projection, count), tf.mul(dyMean, count)];
}
