import * as tf from "../tf.ts";
import { OWN_KERNELS } from "./backends.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * The kernels iterate over batches, and restart the operand with fewer of them from its beginning.
 * That is correct for one matrix with many, and wrong as soon as an axis of several batches is
 * broadcast.
 */
export const broadcastBatches: KernelRepair = {
  kernelNames: ["BatchMatMul"],
  backendNames: OWN_KERNELS,
  applies({ a, b }) {
    const [own, other] = [batchesOf(a!), batchesOf(b!)];
    return !isOne(own) && !isOne(other) && `${own}` !== `${other}`;
  },
  run({ a, b }, attrs, stock) {
    const batches = tf.broadcast_util.assertAndGetBroadcastShape(batchesOf(a!), batchesOf(b!));
    const broadcast = (operand: tf.Tensor) =>
      tf.broadcastTo(operand, [...batches, ...operand.shape.slice(-2)]);
    return stock({ a: broadcast(a!), b: broadcast(b!) }, attrs);
  },
};

function batchesOf({ shape }: tf.Tensor): number[] {
  return shape.slice(0, -2);
}

function isOne(batches: number[]): boolean {
  return batches.every((length) => length === 1);
}
