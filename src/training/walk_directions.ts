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
 * What has fewer than two axes stays, and so does a kernel that is 0 or has no gradient.
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
    return { squared: sumOfSquares(weight), gradient: sumOfSquares(gradients[i]!) };
  });
  const sum = (terms: readonly (tf.Tensor | undefined)[]) =>
    tf.addN([tf.scalar(0), ...terms.filter((term) => term !== undefined)]);
  return {
    steps: kernels.map((kernel, i) => {
      if (kernel === undefined) return tf.zerosLike(weights[i]!);
      return tf.mul(gradients[i]!, tf.sqrt(tf.divNoNan(kernel.squared, kernel.gradient)));
    }),
    squaredLength: sum(
      kernels.map((kernel) => kernel && tf.sign(tf.mul(kernel.squared, kernel.gradient))),
    ),
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
