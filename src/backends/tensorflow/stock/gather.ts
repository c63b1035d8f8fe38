import * as tf from "../../../tf.ts";
import type { StockKernel } from "./kernel.ts";

/**
 * tfjs-node's gather reads the indices back to check them in JavaScript, which stops the device
 * and cannot be captured. TensorFlow checks them itself (on a CPU; a GPU yields zeros).
 */
export const gather: StockKernel = {
  name: "GatherV2",
  compute(runner, inputs, attributes) {
    const { x, indices } = inputs as { x: tf.Tensor; indices: tf.Tensor };
    const { axis, batchDims } = attributes as { axis: number; batchDims: number };
    const types = {
      Tparams: { type: x.dtype },
      Tindices: { type: "int32" },
      Taxis: { type: "int32" },
    } as const;
    const operands = [x, indices, tf.scalar(axis, "int32")];
    return runner.run("GatherV2", { batch_dims: { int: batchDims }, ...types }, operands, 1)[0]!;
  },
};
