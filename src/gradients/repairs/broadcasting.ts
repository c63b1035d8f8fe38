import * as tf from "../../tf.ts";
import { sumToShape } from "../sum_to_shape.ts";

/** What a pair of operands is multiplied with, on the way back: in the output's shape. */
type Slopes = (a: tf.Tensor, b: tf.Tensor) => { a(): tf.Tensor; b(): tf.Tensor };

/** The entry of an op on two operands, each of which may be broadcast. */
function entryOf(kernelName: string, slopes: Slopes): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc(dy, saved) {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const slope = slopes(a, b);
      return {
        a: () => sumToShape(tf.mul(dy as tf.Tensor, slope.a()), a.shape),
        b: () => sumToShape(tf.mul(dy as tf.Tensor, slope.b()), b.shape),
      };
    },
  };
}

const float = (condition: tf.Tensor): tf.Tensor => tf.cast(condition, "float32");

/** `tf.maximum`, `tf.minimum` and `tf.squaredDifference`: with an operand that is broadcast. */
export const broadcasting: readonly tf.GradConfig[] = [
  entryOf("Maximum", (a, b) => ({
    a: () => float(tf.greaterEqual(a, b)),
    b: () => float(tf.less(a, b)),
  })),
  entryOf("Minimum", (a, b) => ({
    a: () => float(tf.lessEqual(a, b)),
    b: () => float(tf.greater(a, b)),
  })),
  entryOf("SquaredDifference", (a, b) => ({
    a: () => tf.mul(tf.sub(a, b), 2),
    b: () => tf.mul(tf.sub(b, a), 2),
  })),
];
