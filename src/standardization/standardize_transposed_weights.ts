import * as tf from "../tf.ts";
import { standardizeWeights } from "./standardize_weights.ts";
import type { StandardizationOptions } from "./variants.ts";

/**
 * Standardizes the kernel of a transposed convolution, whose last two axes stand the other way
 * round: a filter is what makes one output channel.
 *
 * @param kernel float32 `[..., outChannels, inChannels]`, rank 2 or more
 * @param options the variant and its epsilon
 * @returns the standardized kernel, in the kernel's shape
 * @throws as {@linkcode standardizeWeights}
 */
export function standardizeTransposedWeights<R extends tf.Rank>(
  kernel: tf.Tensor<R>,
  options: StandardizationOptions = {},
): tf.Tensor<R> {
  return tf.tidy(() => swap(standardizeWeights(swap(kernel), options)));
}

/** With its last two axes exchanged. */
function swap<R extends tf.Rank>(kernel: tf.Tensor<R>): tf.Tensor<R> {
  if (!(kernel instanceof tf.Tensor) || kernel.rank < 2) return kernel; // an error that has a name
  const axes = kernel.shape.map((_, axis) => axis);
  return tf.transpose(kernel, [...axes.slice(0, -2), kernel.rank - 1, kernel.rank - 2]);
}
