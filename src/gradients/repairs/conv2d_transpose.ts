import * as tf from "../../tf.ts";
import { conv2dOver } from "../conv2d.ts";
import { conv2dKernelGradient } from "../conv2d_gradients.ts";
import type { Axis, Geometry } from "../geometry.ts";
import {
  fromChannelsLast,
  sizeOf,
  type StockAttributes,
  toChannelsLast,
  toStockGeometry,
} from "../stock_attributes.ts";

/**
 * `tf.conv2dTranspose`: on wasm with "same" padding and a stride that exceeds the window, and with
 * channels first.
 */
export const conv2dTranspose: readonly tf.GradConfig[] = [{
  kernelName: "Conv2DBackpropInput",
  inputsToSave: ["dy", "filter"],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as StockAttributes; // what the forward op was called with
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const prepare = () => {
      const inputs = toChannelsLast(x, attributes);
      const outputs = toChannelsLast(dy as tf.Tensor4D, attributes);
      const taps = [filter.shape[0], filter.shape[1]] as const;
      // The convolution that this op is the transpose of goes the other way.
      const geometry = toStockGeometry(sizeOf(outputs), taps, sizeOf(inputs), attributes);
      return { inputs, outputs, geometry };
    };
    return {
      dy() {
        const { outputs, geometry } = prepare();
        return tf.tidy(() =>
          fromChannelsLast(conv2dOver(outputs, filter, geometry.map(whole) as Geometry), attributes)
        );
      },
      filter() {
        const { inputs, outputs, geometry } = prepare();
        return conv2dKernelGradient(inputs, outputs, geometry);
      },
    };
  },
}];

/** The axis without the cut at its end: what no window reads need not be cut off. */
function whole(axis: Axis): Axis {
  return { ...axis, after: Math.max(axis.after, 0) };
}
