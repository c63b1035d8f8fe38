/**
 * Directions in which a walk leaves a model's weights, each with the metric that it is measured in.
 *
 * @module
 */
import * as tf from "../tf.ts";

/** A direction, and a metric for it. */
export interface Direction {
  /** For each weight what a step of 1 takes off it, in the weight's shape. */
  steps: readonly tf.Tensor[];
  /** The squared length of a step of 1, a scalar. */
  squaredLength: tf.Tensor;
  /** The squared norm of gradients, one for each weight: a scalar. */
  squaredNorm(gradients: readonly tf.Tensor[]): tf.Tensor;
}

/**
 * Down the gradient, in the Euclidean metric.
 *
 * @param gradients by each weight
 * @returns the direction; a step of `η` is `η·g`
 */
export function downGradient(gradients: readonly tf.Tensor[]): Direction {
  const squaredNorm = (of: readonly tf.Tensor[]) => tf.addN(of.map(sumOfSquares));
  return { steps: gradients, squaredLength: squaredNorm(gradients), squaredNorm };
}

/**
 * Down the gradient kernel by kernel, each by a share of its own norm and measured in units of it.
 * What has fewer than two axes stays, and so does a kernel that is 0 or has no gradient. Where the
 * square of a kernel's gradient is beyond float32, nothing is known.
 *
 * @param weights as they are at the start
 * @param gradients by each weight
 * @returns the direction; a step of `r` is `r·‖W‖·G/‖G‖` for each kernel
 */
export function layerwise(
  weights: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
): Direction {
  const kernels = weights.map((weight, i) => {
    if (weight.rank < 2) return undefined;
    const squared = sumOfSquares(weight), slope = sumOfSquares(gradients[i]!);
    const known = tf.add(slope, tf.mul(slope, 0)); // beyond float32 it is NaN: a ratio of 0 would stay
    return { squared, ratio: tf.divNoNan(tf.sqrt(squared), tf.sqrt(known)) };
  });
  const sum = (terms: readonly (tf.Tensor | undefined)[]) =>
    tf.addN([tf.scalar(0), ...terms.filter((term) => term !== undefined)]);
  return {
    steps: kernels.map((kernel, i) =>
      kernel === undefined ? tf.zerosLike(weights[i]!) : tf.mul(gradients[i]!, kernel.ratio)
    ),
    squaredLength: sum(kernels.map((kernel) => kernel && tf.divNoNan(kernel.ratio, kernel.ratio))),
    squaredNorm: (of) =>
      sum(kernels.map((kernel, i) => kernel && tf.mul(kernel.squared, sumOfSquares(of[i]!)))),
  };
}

/**
 * A tensor's sum of squares, summed row by row: float32 adds many numbers up more exactly so.
 *
 * @param tensor the tensor
 * @returns a scalar
 */
export function sumOfSquares(tensor: tf.Tensor): tf.Tensor {
  const squares = tf.square(tensor);
  return tf.sum(tensor.rank > 1 ? tf.sum(squares, -1) : squares);
}
