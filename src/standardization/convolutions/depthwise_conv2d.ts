import * as tf from "../../tf.ts";
import type { Padding2D, Size2D } from "../../gradients/arguments.ts";
import { depthwiseConv2d } from "../../gradients/depthwise_conv2d.ts";
import { standardizeWeights } from "../standardize_weights.ts";
import type { StandardizedConvolution2dOptions } from "./conv2d.ts";

/**
 * A depthwise 2-D convolution with a standardized kernel: every pair of an input channel and a
 * multiplier is a filter of `kernelHeight · kernelWidth` values. The twin of `tf.depthwiseConv2d`.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `NCHW` by `dataFormat`
 * @param kernel float32 `[kernelHeight, kernelWidth, inChannels, multiplier]`, not standardized yet
 * @param strides one step for both directions, or `[vertical, horizontal]`
 * @param pad `"valid"`, `"same"`, a number (symmetric), or tf's explicit form
 * @param options dilations, data format, variant and epsilon
 * @returns float32 `[batch, outHeight, outWidth, inChannels · multiplier]`, or `NCHW`
 * @throws {TypeError} if a rank, shape or dtype does not fit
 * @throws {RangeError} if a stride, dilation, padding, the data format, variant or epsilon is out
 *   of range
 *
 * @see {@linkcode standardizeWeights} for the formula and its sources
 *
 * @example
 * ```ts
 * import { standardizedDepthwiseConv2d, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const x = tf.ones<tf.Rank.R4>([1, 9, 9, 4]);
 * const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 4, 1]);
 * const y = standardizedDepthwiseConv2d(x, kernel, 1, "valid");
 * assert.deepEqual(y.shape, [1, 7, 7, 4]);
 * assert.ok(tf.max(tf.abs(y)).dataSync()[0]! < 1e-4); // a filter's values sum to 0
 * ```
 */
export function standardizedDepthwiseConv2d(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  strides: Size2D,
  pad: Padding2D,
  options: StandardizedConvolution2dOptions = {},
): tf.Tensor4D {
  const { variant, epsilon, ...convolution } = options;
  return tf.tidy(() => {
    const standardized = standardizeWeights(kernel, { variant, epsilon, depthwise: true });
    return depthwiseConv2d(x, standardized, strides, pad, convolution);
  });
}
