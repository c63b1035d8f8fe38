import type * as tf from "../../tf.ts";
import { maxPool3dGradient } from "../max_pool3d_gradient.ts";
import { type StockAttributes3D, toStockVolume } from "../stock_attributes.ts";
import type { Size3D } from "../volume.ts";

/** `tf.maxPool3d`: on cpu, where a window is not as high as wide, and on wasm. */
export const maxPool3d: readonly tf.GradConfig[] = [{
  kernelName: "MaxPool3D",
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc(dy, saved, attrs) {
    // What the forward op was called with.
    const attributes = attrs as unknown as StockAttributes3D & { filterSize: Size3D };
    const [x, y] = saved as [tf.Tensor5D, tf.Tensor5D];
    const volume = toStockVolume(x, attributes.filterSize, y, attributes);
    return { x: () => maxPool3dGradient(dy as tf.Tensor5D, x, y, volume, attributes.pad) };
  },
}];
