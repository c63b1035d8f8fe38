import * as tf from "../tf.ts";
import type { Convolution2dOptions, Padding2D, Size2D } from "./arguments.ts";
import { addsBiasInConvolutions } from "./backend_traits.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "./conv2d_gradients.ts";
import { convolve, toWindow } from "./convolve.ts";
import { isTaped } from "./engine_scope.ts";
import type { Geometry } from "./geometry.ts";
import { defineOperation } from "./operation.ts";
import { slide } from "./sliding_window.ts";

const run = defineOperation<"x" | "kernel", { geometry: Geometry }>({
  name: "weight-standardization/conv2d",
  forward: ({ x, kernel }, { geometry }) => [
    convolve(x as tf.Tensor4D, kernel as tf.Tensor4D, toWindow(geometry)),
  ],
  inputsToSave: ["x", "kernel"],
  outputsToSave: [false],
  gradient(dy, saved, { geometry }) {
    const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
    return {
      x: () => conv2dInputGradient(dy as tf.Tensor4D, kernel, geometry),
      kernel: () => conv2dKernelGradient(dy as tf.Tensor4D, x, geometry),
    };
  },
});

/**
 * The convolution of maps with their channels last, with arguments that are known to be right.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[height, width, inChannels, outChannels]`
 * @param geometry how the kernel slides
 * @returns `[batch, outHeight, outWidth, outChannels]`
 */
export function conv2dOver(x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  return run({ x, kernel }, { geometry })[0] as tf.Tensor4D;
}

/**
 * 2-D convolution (cross-correlation, as everywhere in deep learning), with a gradient for
 * dilations above 1 and explicit padding too, which TensorFlow.js's own lacks.
 *
 * Taps that only ever meet the padding, as in a convolution whose dilation is as large as its map,
 * are left out; their gradient is 0.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `[batch, inChannels, height, width]`
 *     with `dataFormat: "NCHW"`
 * @param kernel `[height, width, inChannels, outChannels]`
 * @param strides distance between outputs
 * @param pad zeros around `x`
 * @param options dilations and layout
 * @returns `[batch, outHeight, outWidth, outChannels]`, or `[batch, outChannels, …]` with `"NCHW"`
 * @throws {TypeError} if a rank, the number of channels or the form of `pad` does not fit
 * @throws {RangeError} if a stride or dilation is not whole and >= 1, both are above 1, padding is
 *     not whole and >= 0, the layout is unknown, or the window larger than the padded input
 */
export function conv2d(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  strides: Size2D,
  pad: Padding2D,
  options: Convolution2dOptions = {},
): tf.Tensor4D {
  return slide(
    "conv2d",
    { x, kernel, strides, pad, options },
    "outChannels",
    conv2dOver,
  );
}

/**
 * `conv2d(x, kernel) + bias`. Where the backend's convolution adds a bias itself, and no gradient is
 * taken, it does: that saves a pass over the output.
 *
 * @param x as {@linkcode conv2d} takes it, and so are the others
 * @param kernel `[height, width, inChannels, outChannels]`
 * @param bias `[outChannels]`
 * @param strides distance between outputs
 * @param pad zeros around `x`
 * @param options dilations and layout
 * @returns as {@linkcode conv2d}
 * @throws as {@linkcode conv2d}
 */
export function conv2dAndBias(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor,
  strides: Size2D,
  pad: Padding2D,
  options: Convolution2dOptions = {},
): tf.Tensor4D {
  const fuses = addsBiasInConvolutions() && !isTaped();
  return slide(
    "conv2d",
    { x, kernel, strides, pad, options },
    "outChannels",
    (x, kernel, geometry) =>
      fuses
        ? convolve(x, kernel, toWindow(geometry), bias)
        : tf.add(conv2dOver(x, kernel, geometry), bias),
  );
}
