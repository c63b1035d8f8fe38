import * as tf from "../tf.ts";
import { OWN_KERNELS } from "./backends.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * The kernels count batches through, and take the operand with fewer of them from its beginning
 * again. That is right for one matrix beside many, and wrong as soon as an axis of several batches
 * is broadcast.
 */
export const broadcastBatches: KernelRepair = {
  kernelNames: ["BatchMatMul"],
  backendNames: OWN_KERNELS,
  run(inputs, attrs, stock) {
    const { a, b } = inputs as { a: tf.Tensor; b: tf.Tensor };
    const batches = tf.broadcast_util.assertAndGetBroadcastShape(batchesOf(a), batchesOf(b));
    const wanted = [a, b].map((operand) => {
      const own = batchesOf(operand);
      const isRight = `${own}` === `${batches}` || own.every((length) => length === 1);
      return isRight ? operand : tf.broadcastTo(operand, [...batches, ...operand.shape.slice(-2)]);
    });
    return stock({ a: wanted[0]!, b: wanted[1]! }, attrs);
  },
};

function batchesOf({ shape }: tf.Tensor): number[] {
  return shape.slice(0, -2);
}
