import * as tf from "../tf.ts";
import { hasKernel } from "./operation.ts";

const kernelName = "weight-standardization/run-after";

tf.registerGradient({
  kernelName,
  inputsToSave: ["after"],
  gradFunc: (dy, saved) => ({
    x: () => dy as tf.Tensor,
    after: () => tf.zerosLike(saved[0]!),
  }),
});

/**
 * `x`, which in a captured step is there only once `after` is, and with it all that is computed of
 * it. Where operations run in the program's order this is `x` itself.
 *
 * @param x any tensor
 * @param after any tensor; its values do not matter
 * @returns a tensor of the same values
 */
export function runAfter(x: tf.Tensor, after: tf.Tensor): tf.Tensor {
  return hasKernel(kernelName) ? tf.engine().runKernel(kernelName, { x, after }) as tf.Tensor : x;
}
