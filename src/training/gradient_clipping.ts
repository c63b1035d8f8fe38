import * as tf from "../tf.ts";

/** PyTorch's: keeps the divisor from 0. */
const epsilon = 1e-6;

/**
 * Scales gradients down together where their common norm is above a limit:
 * `g·min(1, maxNorm / (‖g‖ + 1e-6))`, with the norm over all numbers of all gradients. Where the norm is
 * infinite the factor is 0, where it is NaN all become NaN, as of PyTorch's `clip_grad_norm_`. Nothing
 * is read, so that a captured step can do it.
 *
 * @param gradients one for each weight; what is missing stays so
 * @param maxNorm the limit, > 0
 * @returns new tensors, in order
 * @see Pascanu et al., "On the difficulty of training recurrent neural networks", 2013
 */
export function clipByGlobalNorm(
  gradients: readonly (tf.Tensor | undefined)[],
  maxNorm: number,
): (tf.Tensor | undefined)[] {
  const given = gradients.filter((gradient) => gradient !== undefined);
  if (given.length === 0) return [...gradients];
  const factor = tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(given.map(sumOfSquares)));
    const share = tf.div(maxNorm, tf.add(norm, epsilon));
    return tf.where(tf.greater(share, 1), tf.onesLike(share), share); // NaN is not greater
  });
  return gradients.map((gradient) => gradient && tf.mul(gradient, factor));
}

/** Line by line, then over the lines: in float32, one sum of millions would lose digits. */
function sumOfSquares(gradient: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const squares = tf.square(gradient);
    return tf.sum(gradient.rank > 1 ? tf.sum(squares, -1) : squares);
  });
}
