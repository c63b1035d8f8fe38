import type * as tf from "../tf.ts";
import type { Convolution2dOptions, Padding2D, Size2D } from "./arguments.ts";
import { convolveDepthwise, toWindow } from "./convolve.ts";
import { depthwiseInputGradient, depthwiseKernelGradient } from "./depthwise_conv2d_gradients.ts";
import type { Geometry } from "./geometry.ts";
import { defineOperation } from "./operation.ts";
import { slide } from "./sliding_window.ts";

const run = defineOperation<"x" | "kernel", { geometry: Geometry }>({
  name: "weight-standardization/depthwise-conv2d",
  forward: ({ x, kernel }, { geometry }) => [
    convolveDepthwise(x as tf.Tensor4D, kernel as tf.Tensor4D, toWindow(geometry)),
  ],
  inputsToSave: ["x", "kernel"],
  outputsToSave: [false],
  gradient(dy, saved, { geometry }) {
    const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
    return {
      x: () => depthwiseInputGradient(dy as tf.Tensor4D, kernel, geometry),
      kernel: () => depthwiseKernelGradient(dy as tf.Tensor4D, x, geometry),
    };
  },
});

/**
 * The depthwise convolution of maps with their channels last, with arguments that are known to be
 * right.
 *
 * @param x `[batch, height, width, channels]`
 * @param kernel `[height, width, channels, multiplier]`
 * @param geometry how the kernel slides
 * @returns `[batch, outHeight, outWidth, channels * multiplier]`
 */
export function depthwiseConv2dOver(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  return run({ x, kernel }, { geometry })[0] as tf.Tensor4D;
}

/**
 * Depthwise 2-D convolution: output channel `c * multiplier + m` is input channel `c` convolved
 * with `kernel[:, :, c, m]`. It has a gradient for dilations above 1 and explicit padding too, and
 * on wasm, which has none.
 *
 * Taps that only ever meet the padding are left out; their gradient is 0.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `[batch, inChannels, height, width]`
 *   with `dataFormat: "NCHW"`
 * @param kernel `[height, width, inChannels, multiplier]`
 * @param strides distance between outputs
 * @param pad zeros around `x`
 * @param options dilations and layout
 * @returns `[batch, outHeight, outWidth, inChannels * multiplier]`, or
 *   `[batch, inChannels * multiplier, …]` with `"NCHW"`
 * @throws {TypeError} if a rank, the number of channels or the form of `pad` does not fit
 * @throws {RangeError} if a stride or dilation is not whole and >= 1, both are above 1, padding is
 *   not whole and >= 0, the layout is unknown, or the window larger than the padded input
 */
export function depthwiseConv2d(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  strides: Size2D,
  pad: Padding2D,
  options: Convolution2dOptions = {},
): tf.Tensor4D {
  return slide(
    "depthwiseConv2d",
    { x, kernel, strides, pad, options },
    "multiplier",
    depthwiseConv2dOver,
  );
}
