import { conv3dInputGradient } from "../gradients/conv3d_gradients.ts";
import { type StockAttributes3D, toStockVolume } from "../gradients/stock_attributes.ts";
import type { Size3D } from "../gradients/volume.ts";
import * as tf from "../tf.ts";
import type { KernelRepair } from "./repair.ts";

/** The kernel of wasm adds up in the wrong places. `tf.conv3dTranspose` is nothing else. */
export const conv3dTranspose: KernelRepair = {
  kernelNames: ["Conv3DBackpropInputV2"],
  backendNames: ["wasm"],
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
