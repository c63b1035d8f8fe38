/** The backend's own convolutions, channels last: what gradients are composed of. */
import * as tf from "../tf.ts";
import type { Padding2D } from "./arguments.ts";
import { type Border, withBorder } from "./frame.ts";
import type { Geometry } from "./geometry.ts";

/** How a kernel slides over a map: strides, dilations, and borders that may be negative. */
export interface Window {
  /** Distance between outputs. */
  strides: [number, number];
  /** Distance between taps. */
  dilations: [number, number];
  /** Zeros above and below the map. */
  height: Border;
  /** Zeros to the left and to the right of the map. */
  width: Border;
}

/** The window of a convolution's geometry. */
export function toWindow([height, width]: Geometry): Window {
  return {
    strides: [height.stride, width.stride],
    dilations: [height.dilation, width.dilation],
    height: [height.before, height.after],
    width: [width.before, width.after],
  };
}

/**
 * A dense convolution.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[height, width, inChannels, outChannels]`
 * @param window how the kernel slides
 * @param bias `[outChannels]`, added by the same kernel
 * @returns `[batch, outHeight, outWidth, outChannels]`
 */
export function convolve(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  window: Window,
  bias?: tf.Tensor,
): tf.Tensor4D {
  const { strides, dilations, height, width } = window;
  const convolved = (x: tf.Tensor4D, pad: Exclude<Padding2D, number>) =>
    bias === undefined
      ? tf.conv2d(x, kernel, strides, pad, "NHWC", dilations)
      : tf.fused.conv2d({ x, filter: kernel, strides, pad, dilations, bias });
  if (x.size === 0) return noOutput(x, kernel, window, kernel.shape[3]);
  return withBorder(x, height, width, 0, convolved);
}

/**
 * A depthwise convolution.
 *
 * @param x `[batch, height, width, channels]`
 * @param kernel `[height, width, channels, multiplier]`
 * @param window how the kernel slides
 * @returns `[batch, outHeight, outWidth, channels * multiplier]`
 */
export function convolveDepthwise(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  window: Window,
): tf.Tensor4D {
  const { strides, dilations, height, width } = window;
  if (x.size === 0) return noOutput(x, kernel, window, kernel.shape[2] * kernel.shape[3]);
  return withBorder(
    x,
    height,
    width,
    0,
    (x, pad) => tf.depthwiseConv2d(x, kernel, strides, pad, "NHWC", dilations),
  );
}

/** The output of an empty batch: TensorFlow's kernels give it the input's shape. */
function noOutput(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { strides, dilations, height, width }: Window,
  channels: number,
): tf.Tensor4D {
  const extent = (i: 0 | 1, [before, after]: Border): number => {
    const reach = (kernel.shape[i] - 1) * dilations[i];
    return Math.floor((x.shape[i === 0 ? 1 : 2] + before + after - reach - 1) / strides[i]) + 1;
  };
  return tf.zeros([x.shape[0], extent(0, height), extent(1, width), channels]);
}
