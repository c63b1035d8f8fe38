import * as tf from "../../tf.ts";
import type { Padding2D, Size2D } from "../../gradients/arguments.ts";
import { separableConv2d } from "../../gradients/separable_conv2d.ts";
import { standardizeWeights } from "../standardize_weights.ts";
import type { StandardizedConvolution2dOptions } from "./conv2d.ts";

/**
 * A separable 2-D convolution with both of its kernels standardized: the depthwise one for each
 * pair of an input channel and a multiplier, the pointwise one for each output channel. The twin of
 * `tf.separableConv2d`. (Composer and the paper have no separable form: this is what their formula
 * makes of its two convolutions.)
 *
 * With one input channel and a multiplier of 1, a pointwise filter has one value: it becomes 0, or
 * an error with an unbiased variant, see {@linkcode standardizeWeights}.
 *
 * @param x float32 `[batch, height, width, inChannels]`, or `NCHW` by `dataFormat`
 * @param depthwiseKernel float32 `[kernelHeight, kernelWidth, inChannels, multiplier]`, not
 *   standardized yet
 * @param pointwiseKernel float32 `[1, 1, inChannels · multiplier, outChannels]`, not standardized
 *   yet
 * @param strides one step for both directions, or `[vertical, horizontal]`
 * @param pad `"valid"`, `"same"`, a number (symmetric), or tf's explicit form
 * @param options dilations, data format, variant and epsilon
 * @returns float32 `[batch, outHeight, outWidth, outChannels]`, or `NCHW`
 * @throws {TypeError} if a rank, shape or dtype does not fit
 * @throws {RangeError} if a stride, dilation, padding, the data format, variant or epsilon is out
 *   of range, or the window larger than the padded input
 *
 * @example
 * ```ts
 * import { standardizedSeparableConv2d, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const x = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 3]);
 * const depthwise = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 2]);
 * const pointwise = tf.randomNormal<tf.Rank.R4>([1, 1, 6, 4]);
 * const y = standardizedSeparableConv2d(x, depthwise, pointwise, 2, "same");
 * assert.deepEqual(y.shape, [2, 4, 4, 4]);
 * ```
 */
export function standardizedSeparableConv2d(
  x: tf.Tensor4D,
  depthwiseKernel: tf.Tensor4D,
  pointwiseKernel: tf.Tensor4D,
  strides: Size2D,
  pad: Padding2D,
  options: StandardizedConvolution2dOptions = {},
): tf.Tensor4D {
  const { variant, epsilon, ...convolution } = options;
  const formula = { variant, epsilon };
  return tf.tidy(() => {
    const depthwise = standardizeWeights(depthwiseKernel, { ...formula, depthwise: true });
    const pointwise = standardizeWeights(pointwiseKernel, formula);
    return separableConv2d(x, depthwise, pointwise, strides, pad, convolution);
  });
}
