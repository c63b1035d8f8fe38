import type * as tf from "../../tf.ts";
import { conv3dInputGradient, conv3dKernelGradient } from "../conv3d_gradients.ts";
import { type StockAttributes3D, toStockVolume } from "../stock_attributes.ts";
import type { Size3D } from "../volume.ts";

/** `tf.conv3d`: on wasm, and with dilations everywhere. */
export const conv3d: readonly tf.GradConfig[] = [{
  kernelName: "Conv3D",
  inputsToSave: ["x", "filter"],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as StockAttributes3D; // what the forward op was called with
    const upstream = dy as tf.Tensor5D, [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D];
    const taps = filter.shape.slice(0, 3) as Exclude<Size3D, number>;
    const volume = toStockVolume(x, taps, upstream, attributes);
    return {
      x: () => conv3dInputGradient(upstream, filter, volume),
      filter: () => conv3dKernelGradient(upstream, x, volume),
    };
  },
}];
