import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/** On wasm a transposition without numbers divides by zero. */
export const transposeEmpty: KernelRepair = {
  kernelNames: ["Transpose"],
  backendNames: ["wasm"],
  applies: ({ x }) => x!.size === 0,
  run: ({ x }, { perm }) => tf.zeros((perm as number[]).map((axis) => x!.shape[axis]!), x!.dtype),
};
