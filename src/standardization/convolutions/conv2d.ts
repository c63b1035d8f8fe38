import * as tf from "../../tf.ts";
import type { Convolution2dOptions, Padding2D, Size2D } from "../../gradients/arguments.ts";
import { conv2d } from "../../gradients/conv2d.ts";
import { standardizeWeights } from "../standardize_weights.ts";
import type { StandardizationOptions } from "../variants.ts";

/** Options of the standardized two-dimensional convolutions. */
export interface StandardizedConvolution2dOptions
  extends Convolution2dOptions, StandardizationOptions {}

/**
 * A 2-D convolution with a standardized kernel: `conv2d(x, standardizeWeights(kernel))`. The twin
 * of `tf.conv2d`, with its order of arguments and gradients that hold for every stride, padding and
 * dilation on every backend.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `NCHW` by `dataFormat`
 * @param kernel float32 `[kernelHeight, kernelWidth, inChannels, outChannels]`, not standardized
 *   yet
 * @param strides one step for both directions, or `[vertical, horizontal]`
 * @param pad `"valid"`, `"same"`, a number (symmetric), or tf's explicit form
 *   `[[0, 0], [top, bottom], [left, right], [0, 0]]`
 * @param options dilations, data format, variant and epsilon
 * @returns float32 `[batch, outHeight, outWidth, outChannels]`, or `NCHW`
 * @throws {TypeError} if a rank, shape or dtype does not fit
 * @throws {RangeError} if a stride, dilation, padding, the data format, variant or epsilon is out
 *   of range
 *
 * @see {@linkcode standardizeWeights} for the formula and its sources
 *
 * @example
 * ```ts
 * import { standardizedConv2d, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const x = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 3]);
 * const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 16]);
 * const y = standardizedConv2d(x, kernel, 1, 2, { dilations: 2 });
 * const scaled = standardizedConv2d(x, tf.add(tf.mul(kernel, 5), 1), 1, 2, { dilations: 2 });
 * assert.deepEqual(y.shape, [2, 8, 8, 16]);
 * // The kernel's scale and offset do not matter.
 * assert.ok(tf.max(tf.abs(tf.sub(y, scaled))).dataSync()[0]! < 1e-3);
 * ```
 */
export function standardizedConv2d(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  strides: Size2D,
  pad: Padding2D,
  options: StandardizedConvolution2dOptions = {},
): tf.Tensor4D {
  const { variant, epsilon, ...convolution } = options;
  return tf.tidy(() =>
    conv2d(x, standardizeWeights(kernel, { variant, epsilon }), strides, pad, convolution)
  );
}
