import type * as tf from "../../tf.ts";
import type { Size2D } from "../arguments.ts";
import { avgPoolGradient } from "../avg_pool_gradient.ts";
import {
  sizeOf,
  type StockAttributes,
  type StockAttributes3D,
  toStockGeometry,
  toStockVolume,
} from "../stock_attributes.ts";
import type { Size3D } from "../volume.ts";

/** `tf.avgPool` and `tf.avgPool3d`: at the border, where a window holds fewer values. */
export const avgPool: readonly tf.GradConfig[] = [{
  kernelName: "AvgPool",
  inputsToSave: ["x"],
  gradFunc(dy, saved, attrs) {
    // What the forward op was called with.
    const attributes = attrs as unknown as StockAttributes & { filterSize: Size2D };
    const upstream = dy as tf.Tensor4D, [x] = saved as [tf.Tensor4D];
    const { filterSize } = attributes;
    const taps: [number, number] = typeof filterSize === "number"
      ? [filterSize, filterSize]
      : filterSize;
    const geometry = toStockGeometry(sizeOf(x), taps, sizeOf(upstream), attributes);
    return { x: () => avgPoolGradient(upstream, x, geometry, attributes.pad) };
  },
}, {
  kernelName: "AvgPool3D",
  inputsToSave: ["x"],
  gradFunc(dy, saved, attrs) {
    // As above.
    const attributes = attrs as unknown as StockAttributes3D & { filterSize: Size3D };
    const upstream = dy as tf.Tensor5D, [x] = saved as [tf.Tensor5D];
    const volume = toStockVolume(x, attributes.filterSize, upstream, attributes);
    return { x: () => avgPoolGradient(upstream, x, volume, attributes.pad) };
  },
}];
