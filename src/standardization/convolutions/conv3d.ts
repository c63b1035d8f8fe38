import * as tf from "../../tf.ts";
import { conv3d } from "../../gradients/conv3d.ts";
import type { Convolution3dOptions, Padding3D, Size3D } from "../../gradients/volume.ts";
import { standardizeWeights } from "../standardize_weights.ts";
import type { StandardizationOptions } from "../variants.ts";

/** Options of {@linkcode standardizedConv3d}. */
export interface StandardizedConvolution3dOptions
  extends Convolution3dOptions, StandardizationOptions {}

/**
 * A 3-D convolution with a standardized kernel: `conv3d(x, standardizeWeights(kernel))`. The twin
 * of `tf.conv3d`, with its order of arguments and gradients that hold for every stride, padding and
 * dilation on every backend.
 *
 * @param x float32 `[batch, depth, height, width, inChannels]`, or `NCDHW` by `dataFormat`
 * @param kernel float32 `[kernelDepth, kernelHeight, kernelWidth, inChannels, outChannels]`, not
 *   standardized yet
 * @param strides one step for all directions, or `[depth, vertical, horizontal]`
 * @param pad `"valid"`, `"same"`, a number (symmetric), or
 *   `[[0, 0], [front, back], [top, bottom], [left, right], [0, 0]]`
 * @param options dilations, data format, variant and epsilon
 * @returns float32 `[batch, outDepth, outHeight, outWidth, outChannels]`, or `NCDHW`
 * @throws {TypeError} if a rank, shape or dtype does not fit
 * @throws {RangeError} if a stride, dilation, padding, the data format, variant or epsilon is out
 *   of range, or the window larger than the padded input
 *
 * @see {@linkcode standardizeWeights} for the formula and its sources
 *
 * @example
 * ```ts
 * import { standardizedConv3d, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const x = tf.ones<tf.Rank.R5>([1, 6, 8, 8, 2]);
 * const kernel = tf.randomNormal<tf.Rank.R5>([3, 3, 3, 2, 4]);
 * const y = standardizedConv3d(x, kernel, 1, "valid", { dilations: [2, 1, 1] });
 * assert.deepEqual(y.shape, [1, 2, 6, 6, 4]);
 * assert.ok(tf.max(tf.abs(y)).dataSync()[0]! < 1e-4); // a filter's values sum to 0
 * ```
 */
export function standardizedConv3d(
  x: tf.Tensor5D,
  kernel: tf.Tensor5D,
  strides: Size3D,
  pad: Padding3D,
  options: StandardizedConvolution3dOptions = {},
): tf.Tensor5D {
  const { variant, epsilon, ...convolution } = options;
  return tf.tidy(() =>
    conv3d(x, standardizeWeights(kernel, { variant, epsilon }), strides, pad, convolution)
  );
}
