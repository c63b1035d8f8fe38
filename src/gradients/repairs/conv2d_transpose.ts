import * as tf from "../../tf.ts";
import { conv2dOver } from "../conv2d.ts";
import { conv2dKernelGradient } from "../conv2d_gradients.ts";
import type { Axis, Geometry } from "../geometry.ts";
import { fromChannelsLast, type StockAttributes, toStockConvolution } from "../stock_attributes.ts";

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
    // The convolution that this op is the transpose of goes the other way.
    const prepare = () => toStockConvolution(dy as tf.Tensor4D, filter, x, attributes);
    return {
      dy() {
        const { inputs, geometry } = prepare();
        return tf.tidy(() =>
          fromChannelsLast(conv2dOver(inputs, filter, geometry.map(whole) as Geometry), attributes)
        );
      },
      filter() {
        const { inputs, outputs, geometry } = prepare();
        return conv2dKernelGradient(outputs, inputs, geometry);
      },
    };
  },
}];

/** The axis without the cut at its end: what no window reads need not be cut off. */
function whole(axis: Axis): Axis {
  return { ...axis, after: Math.max(axis.after, 0) };
}
