import * as tf from "../tf.ts";
import type { StepGroup } from "../workers.ts";
import { channelMean } from "./channel_mean.ts";
import { checkChannelVectors } from "./channel_vectors.ts";
import { isTaped } from "./engine_scope.ts";
import { defineOperation } from "./operation.ts";

/** What {@linkcode synchronizedBatchNorm} returns. No gradient flows through the statistics. */
export interface SynchronizedBatchNormOutputs<T extends tf.Tensor> {
  /** The normalized activations, shaped as `x`. */
  y: T;
  /** The mean of all workers' values, `[channels]`. */
  mean: tf.Tensor1D;
  /** Their biased variance, `[channels]`. */
  variance: tf.Tensor1D;
  /** How many values each channel has on all workers. */
  count: tf.Scalar;
}

/** Statistics of each channel over all workers, and how many values they are of. */
interface Statistics {
  mean: tf.Tensor;
  variance: tf.Tensor;
  count: tf.Tensor;
}

const run = defineOperation<"x" | "gamma" | "beta", { epsilon: number; group: StepGroup }>({
  name: "weight-standardization/synchronized-batch-norm",
  forward({ x, gamma, beta }, { epsilon, group }) {
    const ownMean = channelMean(x), centred = tf.sub(x, ownMean);
    const spread = channelMean(tf.square(centred));
    const { mean, variance, count } = combined(group, valuesOf(x), ownMean, spread);
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    const offset = tf.add(tf.mul(tf.sub(ownMean, mean), scale), beta);
    return [tf.add(tf.mul(centred, scale), offset), mean, variance, count];
  },
  inputsToSave: ["x", "gamma"],
  outputsToSave: [false, true, true, true],
  gradient(dy, saved, { epsilon, group }) {
    if (isTaped()) {
      throw new Error(
        "Cannot differentiate a gradient of batch normalization as it is synchronized over " +
          "workers: leave synchronizedBatchNorm out",
      );
    }
    const [x, gamma, mean, variance, count] = saved as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const scale = tf.rsqrt(tf.add(variance, epsilon));
    const centred = tf.sub(x, mean);
    const values = valuesOf(x);
    const dbeta = tf.mul(channelMean(dy), values);
    const dgamma = tf.mul(tf.mul(channelMean(tf.mul(dy, centred)), values), scale);
    const dx = () => {
      const [sums] = group.sum([tf.stack([dbeta, dgamma])]);
      const [dyMean, projection] = tf.unstack(tf.div(sums!, count)) as [tf.Tensor, tf.Tensor];
      const gain = tf.mul(gamma, scale);
      const slope = tf.mul(gain, tf.mul(projection, scale));
      return tf.sub(tf.mul(tf.sub(dy, dyMean), gain), tf.mul(centred, slope));
    };
    // Those of the scale and the offset are summed with all other weights' gradients.
    return { x: dx, gamma: () => dgamma, beta: () => dbeta };
  },
});

/**
 * Batch normalization in training over the values that all workers have:
 * `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the mean and the biased variance of
 * all of them. How many values a worker has may differ.
 *
 * Each worker's count, mean and variance go to all others in one sum, and are combined by Chan's
 * formula `variance = Σ nᵢ/n·(varianceᵢ + (meanᵢ − mean)²)`, which cancels nothing. PyTorch's
 * SyncBatchNorm hands `1 / sqrt(varianceᵢ + epsilon)` over and takes the variance back from it, which
 * loses digits where it is below epsilon; sums of squares lose them where the mean is large.
 *
 * The gradient is the closed form `dx = gamma / s * (dy - Σdy / n - xhat * Σ(dy * xhat) / n)`, whose two
 * sums over all workers are one more call. It is that of the sum of the workers' losses. Those by
 * `gamma` and `beta` are of this worker's values: all workers' add up to the whole.
 *
 * Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
 * Variances", 1979; PyTorch's `SyncBatchNorm`.
 *
 * @param x float32 `[..., channels]`, of rank 2 to 4, with a value for each channel or more
 * @param gamma scale `[channels]`
 * @param beta offset `[channels]`
 * @param epsilon added to the variance
 * @param group the workers, all of which call this
 * @returns `y`, shaped as `x`, and the statistics, the same on each worker
 * @throws {TypeError} if `gamma` or `beta` has another shape
 */
export function synchronizedBatchNorm<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  group: StepGroup,
): SynchronizedBatchNormOutputs<T> {
  checkChannelVectors("synchronizedBatchNorm", x, { gamma, beta });
  const [y, mean, variance, count] = run({ x, gamma, beta }, { epsilon, group });
  return { y, mean, variance, count } as SynchronizedBatchNormOutputs<T>;
}

/** How many values each channel has. */
function valuesOf(x: tf.Tensor): number {
  return x.size / (x.shape.at(-1) ?? 1);
}

/**
 * Combines the workers' statistics. A row for each worker is summed, in which the others have zeros:
 * so nothing is rounded on the way, and each worker computes the same to the last digit.
 */
function combined(
  group: StepGroup,
  values: number,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
): Statistics {
  const channels = mean.size;
  const own = tf.reshape(tf.concat([tf.tensor1d([values]), mean, variance]), [1, -1]);
  const [rows] = group.sum([tf.pad(own, [[group.rank, group.size - group.rank - 1], [0, 0]])]);
  const [counts, means, variances] = tf.split(rows!, [1, channels, channels], 1) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const count = tf.sum(counts), shares = tf.div(counts, count);
  // From the first worker's mean, so that what is summed is as small as the means differ.
  const first = tf.slice(means, 0, 1), apart = tf.sub(means, first);
  const offset = tf.sum(tf.mul(apart, shares), 0, true);
  const spread = tf.add(variances, tf.square(tf.sub(apart, offset)));
  return {
    mean: tf.reshape(tf.add(first, offset), [channels]),
    variance: tf.sum(tf.mul(spread, shares), 0),
    count,
  };
}
