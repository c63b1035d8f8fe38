import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/** The kernel of wasm takes the slopes' values in turn, along the last axes, whatever their shape. */
export const broadcastSlopes: KernelRepair = {
  kernelNames: ["Prelu"],
  backendNames: ["wasm"],
  run({ x, alpha }, attrs, stock) {
    const own = alpha!.shape.slice(alpha!.shape.findIndex((length) => length > 1));
    const isInTurn = `${own}` === `${x!.shape.slice(-own.length)}`;
    return stock({ x: x!, alpha: isInTurn ? alpha! : tf.broadcastTo(alpha!, x!.shape) }, attrs);
  },
};
