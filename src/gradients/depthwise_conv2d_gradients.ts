import * as tf from "../tf.ts";
import { hasNativeGradients, hasValuesAtHand } from "./backend_traits.ts";
import { channelMean } from "./channel_mean.ts";
import { convolveDepthwise } from "./convolve.ts";
import { loopedKernelGradient } from "./depthwise_kernel_gradient.ts";
import { frame, spread } from "./frame.ts";
import { type Axis, type Geometry, span } from "./geometry.ts";
import { nativeInputGradient, nativeKernelGradient } from "./native_gradients.ts";
import { runKernelOr } from "./operation.ts";

/**
 * The gradient of a depthwise convolution with respect to its input.
 *
 * Kernel `weight-standardization/depthwise-conv2d-input-gradient`: inputs `dy`, `kernel`, attribute
 * `geometry`; one output.
 *
 * @param dy `[batch, outHeight, outWidth, channels * multiplier]`
 * @param kernel `[height, width, channels, multiplier]`
 * @param geometry the convolution's
 * @returns `[batch, height, width, channels]`
 */
export function depthwiseInputGradient(
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  if (dy.size === 0) return tf.zeros([0, geometry[0].input, geometry[1].input, kernel.shape[2]]);
  const compose = () => {
    if (hasNativeGradients("DepthwiseConv2dNativeBackprop", geometry)) {
      return [nativeInputGradient("DepthwiseConv2dNativeBackprop", dy, kernel, geometry)];
    }
    return [composedInputGradient(dy, kernel, geometry)];
  };
  const name = "weight-standardization/depthwise-conv2d-input-gradient";
  return runKernelOr(name, { dy, kernel }, { geometry }, compose)[0] as tf.Tensor4D;
}

/**
 * The gradient of a depthwise convolution with respect to its kernel.
 *
 * Kernel `weight-standardization/depthwise-conv2d-kernel-gradient`: inputs `dy`, `x`, attribute
 * `geometry`; one output.
 *
 * @param dy `[batch, outHeight, outWidth, channels * multiplier]`
 * @param x `[batch, height, width, channels]`
 * @param geometry the convolution's
 * @returns `[height, width, channels, multiplier]`
 */
export function depthwiseKernelGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const [height, width] = geometry;
  if (dy.size === 0) {
    return tf.zeros([height.taps, width.taps, x.shape[3], dy.shape[3] / x.shape[3]]);
  }
  const compose = () => {
    if (hasNativeGradients("DepthwiseConv2dNativeBackprop", geometry)) {
      return [nativeKernelGradient("DepthwiseConv2dNativeBackprop", x, dy, geometry)];
    }
    if (hasValuesAtHand() && x.shape[3] === dy.shape[3]) {
      return [loopedKernelGradient(dy, x, geometry)];
    }
    return [composedKernelGradient(x, dy, geometry)];
  };
  const name = "weight-standardization/depthwise-conv2d-kernel-gradient";
  return runKernelOr(name, { dy, x }, { geometry }, compose)[0] as tf.Tensor4D;
}

/** The depthwise convolution of `dy`, spread by the stride, with the flipped kernel. */
function composedInputGradient(
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  [height, width]: Geometry,
): tf.Tensor4D {
  const [rows, columns, channels, multiplier] = kernel.shape;
  const border = (axis: Axis) => {
    const reach = span(axis) - 1, first = reach - axis.before;
    return [first, axis.input - axis.output * axis.stride - first + reach] as const;
  };
  const flipped = tf.reverse(kernel, [0, 1]);
  const perChannel: tf.Tensor4D = tf.reshape(flipped, [rows, columns, channels * multiplier, 1]);
  const parts = convolveDepthwise(spread(dy, [height.stride, width.stride]), perChannel, {
    strides: [1, 1],
    dilations: [height.dilation, width.dilation],
    height: border(height),
    width: border(width),
  });
  if (multiplier === 1) return parts;
  const sums = tf.sum(tf.reshape(parts, [-1, channels, multiplier]), 2);
  return tf.reshape(sums, [dy.shape[0], height.input, width.input, channels]);
}

/** One mean of products a tap, over images and outputs. */
function composedKernelGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const [height, width] = geometry;
  const channels = x.shape[3], multiplier = dy.shape[3] / channels;
  const framed = frame(x, [height.before, height.after], [width.before, width.after]);
  const taps = Array.from({ length: height.taps * width.taps }, (_, tap) => {
    const row = Math.floor(tap / width.taps), column = tap % width.taps;
    return tf.tidy(() => meanProduct(readBy(row, column, framed, geometry), dy));
  });
  const count = dy.shape[0] * height.output * width.output;
  const sums = tf.mul(tf.stack(taps), count);
  return tf.reshape(sums, [height.taps, width.taps, channels, multiplier]);
}

/** What the outputs read by one tap: `[batch, outHeight, outWidth, channels]`. */
function readBy(
  row: number,
  column: number,
  framed: tf.Tensor4D,
  [height, width]: Geometry,
): tf.Tensor {
  const top = row * height.dilation, left = column * width.dilation;
  const bottom = top + (height.output - 1) * height.stride + 1;
  const right = left + (width.output - 1) * width.stride + 1;
  const [batch, , , channels] = framed.shape;
  const strides = [1, height.stride, width.stride, 1];
  return tf.stridedSlice(framed, [0, top, left, 0], [batch, bottom, right, channels], strides);
}

/** The mean of `read * dy` over all but channels, for each of a channel's outputs. */
function meanProduct(read: tf.Tensor, dy: tf.Tensor4D): tf.Tensor1D {
  const channels = read.shape[3] as number, outChannels = dy.shape[3];
  if (outChannels === channels) return channelMean(tf.mul(read, dy));
  const batch = dy.shape[0];
  const products = tf.mul(
    tf.reshape(read, [-1, channels, 1]),
    tf.reshape(dy, [-1, channels, outChannels / channels]),
  );
  return channelMean(tf.reshape(products, [batch, -1, outChannels]));
}
