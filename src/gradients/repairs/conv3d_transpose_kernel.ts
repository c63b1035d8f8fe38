import { conv3dInputGradient } from "../conv3d_gradients.ts";
import { type StockAttributes3D, toStockVolume } from "../stock_attributes.ts";
import type { Size3D } from "../volume.ts";
import * as tf from "../../tf.ts";
import type { KernelRepair } from "../../kernels/repair.ts";

/**
 * `tf.conv3dTranspose` itself, on wasm: the kernel, which elsewhere is the gradient of `tf.conv3d`, leaves
 * most sums out.
 */
export const conv3dTransposeKernel: KernelRepair = {
  kernelNames: ["Conv3DBackpropInputV2"],
  backendNames: ["wasm"],
  applies: () => true,
  run(inputs, attrs) {
    const { inputShape, ...attributes } = attrs as unknown as StockAttributes3D & {
      inputShape: tf.Tensor5D["shape"];
    }; // as TensorFlow.js calls it
    const { dy, filter } = inputs as { dy: tf.Tensor5D; filter: tf.Tensor5D };
    const taps = filter.shape.slice(0, 3) as Exclude<Size3D, number>;
    const x = tf.zeros<tf.Rank.R5>(inputShape); // for its shape alone
    return conv3dInputGradient(dy, filter, toStockVolume(x, taps, dy, attributes));
  },
};
