import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * A program of webgpu contains the length of its line, but is cached by a name without it: a line
 * of another length then gets the wrong program, which matters when it starts at the end. Reversed
 * before and after, every line begins at 0.
 */
export const reverseSums: KernelRepair = {
  kernelNames: ["Cumsum", "Cumprod"],
  backendNames: ["webgpu"],
  applies: (_inputs, { reverse }) => reverse === true,
  run({ x }, attrs, stock) {
    const axis = attrs.axis as number;
    const reversed = { x: tf.reverse(x!, axis) };
    const sums = stock(reversed, { ...attrs, reverse: false }) as tf.TensorInfo;
    return tf.reverse(tf.engine().makeTensorFromTensorInfo(sums), axis);
  },
};
