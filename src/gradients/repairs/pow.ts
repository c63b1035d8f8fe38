import * as tf from "../../tf.ts";
import { sumToShape } from "../sum_to_shape.ts";

/** `tf.pow` with an exponent of 0, where at 0 it was not a number: 0, as in PyTorch. */
export const pow: readonly tf.GradConfig[] = [{
  kernelName: "Pow",
  inputsToSave: ["a", "b"],
  outputsToSave: [true],
  gradFunc(dy, saved) {
    const [base, exponent, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const upstream = dy as tf.Tensor;
    return {
      a: () => sumToShape(tf.mul(upstream, slope(base, exponent)), base.shape),
      b: () => sumToShape(tf.mul(upstream, tf.mul(y, logOrZero(base))), exponent.shape),
    };
  },
}];

/** `exponent * base ** (exponent - 1)`; of a constant, which `base ** 0` is, 0. */
function slope(base: tf.Tensor, exponent: tf.Tensor): tf.Tensor {
  const float = tf.cast(exponent, "float32");
  // With 1 in the place of 0 - 1, the power is finite, and its product with the exponent 0.
  const reduced = tf.where(tf.equal(float, 0), tf.onesLike(float), tf.sub(float, 1));
  return tf.mul(float, tf.pow(base, reduced));
}

/** The logarithm, and 0 where it has none, as in TensorFlow.js. */
function logOrZero(base: tf.Tensor): tf.Tensor {
  const float = tf.cast(base, "float32");
  const isPositive = tf.greater(float, 0);
  const zeros = tf.zerosLike(float);
  return tf.where(isPositive, tf.log(tf.where(isPositive, float, tf.onesLike(float))), zeros);
}
