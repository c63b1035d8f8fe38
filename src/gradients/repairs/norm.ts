/**
 * `tf.norm` at 0: 0, as in PyTorch. It was not a number, or for a 1-norm −1.
 *
 * A norm is composed of absolute values and a root. Their own gradients at 0 are left alone: that
 * of a root is infinite, and `tf.losses.sigmoidCrossEntropy` relies on the −1 of an absolute value.
 * Only while the forward pass runs is it known whether a root belongs to a norm: for a norm, and
 * only for that, the forward pass therefore also saves the output, as a mark. The gradient computes
 * the output again, so that it can be differentiated, which the saved one can't be.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { isRunning } from "../engine_scope.ts";

/** The entry of an op with one gradient by itself and one inside of a norm. */
function entryOf(
  kernelName: string,
  alone: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor,
  inNorm: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["x"],
    get outputsToSave() {
      return [isRunning("norm")];
    },
    gradFunc(dy, [x, mark]) {
      const gradient = mark === undefined ? alone : inNorm;
      return { x: () => gradient(dy as tf.Tensor, tf.cast(x as tf.Tensor, "float32")) };
    },
  };
}

/** The entries of a norm's parts. */
export const norm: readonly tf.GradConfig[] = [
  entryOf(
    "Sqrt",
    (dy, x) => tf.div(dy, tf.mul(tf.sqrt(x), 2)),
    (dy, x) => tf.divNoNan(dy, tf.mul(tf.sqrt(x), 2)),
  ),
  entryOf(
    "Abs",
    (dy, x) => tf.mul(dy, tf.step(x, -1)),
    (dy, x) => tf.mul(dy, tf.sign(x)),
  ),
];
