import * as tf from "../tf.ts";

/**
 * The gradient with respect to an operand that was broadcast: what it was copied to is summed.
 *
 * @param dy the gradient with respect to the broadcast operand
 * @param shape the operand's own shape
 * @returns of that shape
 */
export function sumToShape(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}
