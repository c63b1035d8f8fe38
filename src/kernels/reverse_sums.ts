import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * A program of webgpu has the length of its line written into it, but is found again by a name
 * without the length: for a line of another length, which matters from its end. Reversed before and
 * after, every line begins at 0.
 */
export const reverseSums: KernelRepair = {
  kernelNames: ["Cumsum", "Cumprod"],
  backendNames: ["webgpu"],
  run({ x }, { axis, reverse, ...attrs }, stock) {
    if (!reverse) return stock({ x: x! }, { axis: axis!, reverse: false, ...attrs });
    const forward = { axis: axis!, reverse: false, ...attrs };
    const sums = stock({ x: tf.reverse(x!, axis as number) }, forward) as tf.TensorInfo;
    return tf.reverse(tf.engine().makeTensorFromTensorInfo(sums), axis as number);
  },
};
