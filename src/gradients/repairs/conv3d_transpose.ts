import type * as tf from "../../tf.ts";
import { conv3d } from "../conv3d.ts";
import { conv3dKernelGradient } from "../conv3d_gradients.ts";
import { type StockAttributes3D, toStockVolume } from "../stock_attributes.ts";
import type { Size3D } from "../volume.ts";

/** `tf.conv3dTranspose`, which had no gradient: a convolution, and its kernel's. */
export const conv3dTranspose: readonly tf.GradConfig[] = [{
  kernelName: "Conv3DBackpropInputV2",
  inputsToSave: ["dy", "filter"],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as StockAttributes3D; // what the forward op was called with
    const upstream = dy as tf.Tensor5D, [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D];
    const taps = filter.shape.slice(0, 3) as Exclude<Size3D, number>;
    return {
      dy: () => conv3d(upstream, filter, attributes.strides, attributes.pad),
      filter: () => conv3dKernelGradient(x, upstream, toStockVolume(upstream, taps, x, attributes)),
    };
  },
}];
