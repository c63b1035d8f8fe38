import * as tf from "../../tf.ts";
import type { Padding2D, Size2D } from "../../gradients/arguments.ts";
import { conv2dTranspose, type Shape4D } from "../../gradients/conv2d_transpose.ts";
import { standardizeTransposedWeights } from "../standardize_transposed_weights.ts";
import type { StandardizedConvolution2dOptions } from "./conv2d.ts";

/**
 * A transposed 2-D convolution with a standardized kernel. The twin of `tf.conv2dTranspose`, with
 * its order of arguments, dilations beside, and right gradients.
 *
 * A filter is what makes one *output* channel, as everywhere in weight standardization: mean and
 * variance run over height, width and the input channels, so over all axes but the third of
 * `[kernelHeight, kernelWidth, outChannels, inChannels]`. Composer and the paper leave transposed
 * convolutions alone, and so does {@linkcode applyWeightStandardization}: this is an extra.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `NCHW` by `dataFormat`
 * @param kernel float32 `[kernelHeight, kernelWidth, outChannels, inChannels]`, not standardized
 *   yet
 * @param outputShape `[batch, outHeight, outWidth, outChannels]`, or `NCHW`: the shape that a
 *   convolution with these strides, padding and dilations takes to that of `x`
 * @param strides one step for both directions, or `[vertical, horizontal]`
 * @param pad of that convolution: `"valid"`, `"same"`, a number (symmetric), or tf's explicit form
 * @param options dilations, data format, variant and epsilon
 * @returns float32, of `outputShape`
 * @throws {TypeError} if a rank, shape or dtype does not fit
 * @throws {RangeError} if a stride, dilation, padding, the data format, variant or epsilon is out
 *   of range
 *
 * @example
 * ```ts
 * import { standardizedConv2dTranspose, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const x = tf.randomNormal<tf.Rank.R4>([2, 4, 4, 8]);
 * const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 5, 8]);
 * const y = standardizedConv2dTranspose(x, kernel, [2, 8, 8, 5], 2, "same");
 * const scaled: tf.Tensor4D = tf.add(tf.mul(kernel, 5), 1);
 * const same = standardizedConv2dTranspose(x, scaled, [2, 8, 8, 5], 2, "same");
 * assert.ok(tf.max(tf.abs(tf.sub(y, same))).dataSync()[0]! < 1e-3);
 * ```
 */
export function standardizedConv2dTranspose(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  outputShape: Shape4D,
  strides: Size2D,
  pad: Padding2D,
  options: StandardizedConvolution2dOptions = {},
): tf.Tensor4D {
  const { variant, epsilon, ...convolution } = options;
  return tf.tidy(() => {
    const standardized = standardizeTransposedWeights(kernel, { variant, epsilon });
    return conv2dTranspose(x, standardized, outputShape, strides, pad, convolution);
  });
}
