import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/** On wasm a fused product of a transposed operand adds the wrong biases. */
export const fusedMatMulTransposed: KernelRepair = {
  kernelNames: ["_FusedMatMul"],
  backendNames: ["wasm"],
  applies: (_inputs, { transposeA, transposeB }) => Boolean(transposeA || transposeB),
  run({ a, b, ...inputs }, { transposeA, transposeB, ...attrs }, stock) {
    const operands = { a: upright(a!, transposeA), b: upright(b!, transposeB) };
    return stock({ ...operands, ...inputs }, { ...attrs, transposeA: false, transposeB: false });
  },
};

function upright(matrices: tf.Tensor, isTransposed: tf.Attribute | undefined): tf.Tensor {
  if (!isTransposed) return matrices;
  const axes = matrices.shape.map((_, axis) => axis);
  return tf.transpose(matrices, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}
