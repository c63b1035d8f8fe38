import type * as tf from "../../tf.ts";
import { type Size2D, toPair } from "../arguments.ts";
import { maxPoolGradient } from "../max_pool_gradient.ts";
import { sizeOf, type StockAttributes, toStockGeometry } from "../stock_attributes.ts";

/** `tf.maxPool`: on wasm, where a window holds no positive value. */
export const maxPool: readonly tf.GradConfig[] = [{
  kernelName: "MaxPool",
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc(dy, saved, attrs) {
    // What the forward op was called with.
    const attributes = attrs as unknown as StockAttributes & { filterSize: Size2D };
    const [x, y] = saved as [tf.Tensor4D, tf.Tensor4D];
    const taps = toPair("maxPool", "filterSize", attributes.filterSize);
    const geometry = toStockGeometry(sizeOf(x), taps, sizeOf(y), attributes);
    return { x: () => maxPoolGradient(dy as tf.Tensor4D, x, y, geometry) };
  },
}];
