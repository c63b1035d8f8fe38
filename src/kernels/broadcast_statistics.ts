import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * The kernels of cpu and wasm take the statistics' values in turn, along the last axis, whatever
 * their shape: with those of another axis, or of a few, they normalize by those of others.
 */
export const broadcastStatistics: KernelRepair = {
  kernelNames: ["FusedBatchNorm"],
  backendNames: ["cpu", "wasm"],
  applies: ({ x, mean, variance, offset, scale }) =>
    [mean, variance, offset, scale].some((values) => values && !isInTurn(values.shape, x!.shape)),
  run({ x, mean, variance, offset, scale }, attrs) {
    const epsilon = attrs.varianceEpsilon as number;
    const factor = tf.mul(tf.rsqrt(tf.add(variance!, epsilon)), scale ?? 1);
    return tf.add(tf.mul(tf.sub(x!, mean!), factor), offset ?? 0);
  },
};

/** Whether values repeat along the last axis, or don't repeat. */
function isInTurn(shape: readonly number[], of: readonly number[]): boolean {
  const isLast = shape.at(-1) === of.at(-1) && shape.slice(0, -1).every((length) => length === 1);
  return isLast || `${shape}` === `${of}`;
}
