import * as tf from "../../tf.ts";
import {
  conv1d,
  type Convolution1dOptions,
  type Padding1D,
  type StockPadding1D,
} from "../../gradients/conv1d.ts";
import { standardizeWeights } from "../standardize_weights.ts";
import type { StandardizationOptions } from "../variants.ts";

/** Options of {@linkcode standardizedConv1d}. */
export interface StandardizedConvolution1dOptions
  extends Convolution1dOptions, StandardizationOptions {}

/**
 * A 1-D convolution with a standardized kernel: `conv1d(x, standardizeWeights(kernel))`. The twin
 * of `tf.conv1d`, with its order of arguments and gradients that hold for every stride, padding and
 * dilation on every backend.
 *
 * @param x float32 `[batch, width, inChannels]`, or `NCW` by `dataFormat`
 * @param kernel float32 `[kernelWidth, inChannels, outChannels]`, not standardized yet
 * @param stride the distance of outputs
 * @param pad `"valid"`, `"same"`, a number (at both ends), `[[0, 0], [left, right], [0, 0]]`, or
 *   tf's explicit form `[[0, 0], [0, 0], [left, right], [0, 0]]`
 * @param options dilations, data format, variant and epsilon
 * @returns float32 `[batch, outWidth, outChannels]`, or `NCW`
 * @throws {TypeError} if a rank, shape or dtype does not fit
 * @throws {RangeError} if the stride, dilation, padding, data format, variant or epsilon is out of
 *   range, or the window larger than the padded input
 *
 * @see {@linkcode standardizeWeights} for the formula and its sources
 *
 * @example
 * ```ts
 * import { standardizedConv1d, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const x = tf.ones<tf.Rank.R3>([2, 10, 3]);
 * const kernel = tf.randomNormal<tf.Rank.R3>([3, 3, 8]);
 * const y = standardizedConv1d(x, kernel, 1, "valid", { dilations: 2 });
 * assert.deepEqual(y.shape, [2, 6, 8]);
 * assert.ok(tf.max(tf.abs(y)).dataSync()[0]! < 1e-4); // a filter's values sum to 0
 * ```
 */
export function standardizedConv1d(
  x: tf.Tensor3D,
  kernel: tf.Tensor3D,
  stride: number,
  pad: Padding1D | StockPadding1D,
  options: StandardizedConvolution1dOptions = {},
): tf.Tensor3D {
  const { variant, epsilon, ...convolution } = options;
  return tf.tidy(() =>
    conv1d(x, standardizeWeights(kernel, { variant, epsilon }), stride, pad, convolution)
  );
}
