import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * The kernel of wasm takes the slopes' values in turn, along the last axes, whatever their shape.
 */
export const broadcastSlopes: KernelRepair = {
  kernelNames: ["Prelu"],
  backendNames: ["wasm"],
  applies({ x, alpha }) {
    const own = alpha!.shape.slice(alpha!.shape.findIndex((length) => length > 1));
    return `${own}` !== `${x!.shape.slice(-own.length)}`;
  },
  run: ({ x, alpha }, attrs, stock) =>
    stock({ x: x!, alpha: tf.broadcastTo(alpha!, x!.shape) }, attrs),
};
