/**
 * Layers as `tf.layers` has them: convolutions whose kernels are standardized, and normalizations
 * by PyTorch's definitions.
 *
 * A standardized layer is what {@linkcode applyWeightStandardization} makes of a plain one: its raw
 * kernel is the weight that is trained and saved, under the name that it has in the plain layer; it
 * is standardized when it is read. A saved layer names its standardized class and its formula, so
 * that `tf.loadLayersModel` restores it where this library is imported, and fails elsewhere.
 * `removeWeightStandardization` leaves the plain layer.
 *
 * Unlike those of `tf.layers`, all the convolutions honour `dilationRate` and `dataFormat`, pad
 * explicitly too, and have correct gradients for all of it, on every backend.
 *
 * @module
 */
import type * as tf from "./tf.ts";
import { RepairedConv1D, type RepairedConv1DArgs } from "./layers/conv1d.ts";
import { RepairedConv2D, type RepairedConv2DArgs } from "./layers/conv2d.ts";
import {
  RepairedConv2DTranspose,
  type RepairedConv2DTransposeArgs,
} from "./layers/conv2d_transpose.ts";
import { RepairedConv3D, type RepairedConv3DArgs } from "./layers/conv3d.ts";
import {
  RepairedDepthwiseConv2D,
  type RepairedDepthwiseConv2DArgs,
} from "./layers/depthwise_conv2d.ts";
import {
  RepairedSeparableConv2D,
  type RepairedSeparableConv2DArgs,
} from "./layers/separable_conv2d.ts";
import "./standardization/saved_classes.ts";
import { standardizeLayer } from "./standardization/standardized_layer.ts";
import { formulaOf, type StandardizationOptions } from "./standardization/variants.ts";

export {
  batchChannelNormalization,
  type BatchChannelNormalizationArgs,
} from "./normalization/batch_channel.ts";
export { batchNormalization, type BatchNormalizationArgs } from "./normalization/batch.ts";
export { groupNormalization, type GroupNormalizationArgs } from "./normalization/group.ts";
export { instanceNormalization, type InstanceNormalizationArgs } from "./normalization/instance.ts";
export { layerNormalization, type LayerNormalizationArgs } from "./normalization/layer.ts";

/** Arguments of {@linkcode standardizedConv1d}: those of `tf.layers.conv1d`, and the formula. */
export interface StandardizedConv1dArgs extends RepairedConv1DArgs, StandardizationOptions {}
/** Arguments of {@linkcode standardizedConv2d}: those of `tf.layers.conv2d`, and the formula. */
export interface StandardizedConv2dArgs extends RepairedConv2DArgs, StandardizationOptions {}
/** Arguments of {@linkcode standardizedConv3d}: those of `tf.layers.conv3d`, and the formula. */
export interface StandardizedConv3dArgs extends RepairedConv3DArgs, StandardizationOptions {}
/** Arguments of {@linkcode standardizedDepthwiseConv2d}: tf's, and the formula. */
export interface StandardizedDepthwiseConv2dArgs
  extends RepairedDepthwiseConv2DArgs, StandardizationOptions {}
/** Arguments of {@linkcode standardizedSeparableConv2d}: tf's, and the formula. */
export interface StandardizedSeparableConv2dArgs
  extends RepairedSeparableConv2DArgs, StandardizationOptions {}
/** Arguments of {@linkcode standardizedConv2dTranspose}: tf's, and the formula. */
export interface StandardizedConv2dTransposeArgs
  extends RepairedConv2DTransposeArgs, StandardizationOptions {}

/**
 * A 1-D convolution layer with a standardized kernel.
 *
 * @param args those of `tf.layers.conv1d`; `padding` may also be a number, or
 * `[[0, 0], [left, right], [0, 0]]`; `variant` and `epsilon` as in {@linkcode standardizeWeights}
 * @returns the layer, from `[batch, width, channels]` to `[batch, outWidth, filters]`
 * @throws {RangeError} if the padding, the variant or epsilon is unknown
 *
 * @example
 * ```ts
 * import { layers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const layer = layers.standardizedConv1d({ filters: 4, kernelSize: 3, dilationRate: 2 });
 * const y = layer.apply(tf.ones([2, 10, 3])) as tf.Tensor;
 * assert.deepEqual(y.shape, [2, 6, 4]);
 * assert.ok(tf.max(tf.abs(y)).dataSync()[0]! < 1e-4); // a filter's values sum to 0
 * ```
 */
export function standardizedConv1d(args: StandardizedConv1dArgs): tf.layers.Layer {
  return standardized("standardizedConv1d", RepairedConv1D, args);
}

/**
 * A 2-D convolution layer with a standardized kernel.
 *
 * @param args those of `tf.layers.conv2d`; `padding` may also be a number, or
 * `[[0, 0], [top, bottom], [left, right], [0, 0]]`; `variant` and `epsilon` as in
 * {@linkcode standardizeWeights}
 * @returns the layer, from `[batch, height, width, channels]` to
 * `[batch, outHeight, outWidth, filters]`
 * @throws {RangeError} if the padding, the variant or epsilon is unknown
 *
 * @example
 * ```ts
 * import { layers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const model = tf.sequential({
 *   layers: [
 *     layers.standardizedConv2d({ filters: 8, kernelSize: 3, padding: 1, inputShape: [8, 8, 3] }),
 *     layers.batchNormalization(),
 *     tf.layers.reLU(),
 *     tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
 *   ],
 * });
 * assert.deepEqual(model.outputShape, [null, 8]);
 * assert.equal(model.layers[0]!.getClassName(), "StandardizedConv2D");
 * ```
 */
export function standardizedConv2d(args: StandardizedConv2dArgs): tf.layers.Layer {
  return standardized("standardizedConv2d", RepairedConv2D, args);
}

/**
 * A 3-D convolution layer with a standardized kernel.
 *
 * @param args those of `tf.layers.conv3d`; `padding` may also be a number, or
 * `[[0, 0], [front, back], [top, bottom], [left, right], [0, 0]]`; `variant` and `epsilon` as in
 * {@linkcode standardizeWeights}
 * @returns the layer, from `[batch, depth, height, width, channels]` to
 * `[batch, outDepth, outHeight, outWidth, filters]`
 * @throws {RangeError} if the padding, the variant or epsilon is unknown
 *
 * @example
 * ```ts
 * import { layers } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const layer = layers.standardizedConv3d({ filters: 4, kernelSize: [1, 3, 3], padding: "same" });
 * assert.deepEqual(layer.computeOutputShape([null, 6, 8, 8, 2]), [null, 6, 8, 8, 4]);
 * ```
 */
export function standardizedConv3d(args: StandardizedConv3dArgs): tf.layers.Layer {
  return standardized("standardizedConv3d", RepairedConv3D, args);
}

/**
 * A depthwise 2-D convolution layer with a standardized kernel: every pair of an input channel and
 * a multiplier is a filter.
 *
 * @param args those of `tf.layers.depthwiseConv2d`, whose `dilationRate` it honours; `padding` may
 *   also be a number, or tf's explicit form; `variant` and `epsilon` as in
 *   {@linkcode standardizeWeights}
 * @returns the layer, from `[batch, height, width, channels]` to
 *   `[batch, outHeight, outWidth, channels · depthMultiplier]`
 * @throws {RangeError} if the padding, the variant or epsilon is unknown
 *
 * @example
 * ```ts
 * import { layers } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const layer = layers.standardizedDepthwiseConv2d({ kernelSize: 3, dilationRate: 2 });
 * assert.deepEqual(layer.computeOutputShape([null, 8, 8, 6]), [null, 4, 4, 6]);
 * ```
 */
export function standardizedDepthwiseConv2d(
  args: StandardizedDepthwiseConv2dArgs,
): tf.layers.Layer {
  return standardized("standardizedDepthwiseConv2d", RepairedDepthwiseConv2D, args);
}

/**
 * A separable 2-D convolution layer, both of whose kernels are standardized.
 *
 * @param args those of `tf.layers.separableConv2d`; `padding` may also be a number, or tf's
 *   explicit form; `variant` and `epsilon` as in {@linkcode standardizeWeights}
 * @returns the layer, from `[batch, height, width, channels]` to
 *   `[batch, outHeight, outWidth, filters]`
 * @throws {RangeError} if the padding, the variant or epsilon is unknown
 *
 * @example
 * ```ts
 * import { layers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const layer = layers.standardizedSeparableConv2d({ filters: 8, kernelSize: 3, strides: 2 });
 * const y = layer.apply(tf.ones([1, 9, 9, 3])) as tf.Tensor;
 * assert.deepEqual(y.shape, [1, 4, 4, 8]);
 * ```
 */
export function standardizedSeparableConv2d(
  args: StandardizedSeparableConv2dArgs,
): tf.layers.Layer {
  return standardized("standardizedSeparableConv2d", RepairedSeparableConv2D, args);
}

/**
 * A transposed 2-D convolution layer with a standardized kernel: a filter is what makes one output
 * channel. Standardized on request alone: {@linkcode applyWeightStandardization} leaves transposed
 * convolutions as they are.
 *
 * @param args those of `tf.layers.conv2dTranspose`, and `dilationRate`, which that ignores;
 *   `padding` may also be a number, or tf's explicit form, both cut off of the output; `variant`
 *   and `epsilon` as in {@linkcode standardizeWeights}
 * @returns the layer, from `[batch, height, width, channels]` to
 *   `[batch, outHeight, outWidth, filters]`
 * @throws {RangeError} if the padding, the variant or epsilon is unknown
 *
 * @example
 * ```ts
 * import { layers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const layer = layers.standardizedConv2dTranspose({
 *   filters: 4,
 *   kernelSize: 3,
 *   strides: 2,
 *   padding: "same",
 * });
 * const y = layer.apply(tf.ones([1, 5, 5, 8])) as tf.Tensor;
 * assert.deepEqual(y.shape, [1, 10, 10, 4]);
 * ```
 */
export function standardizedConv2dTranspose(
  args: StandardizedConv2dTransposeArgs,
): tf.layers.Layer {
  return standardized("standardizedConv2dTranspose", RepairedConv2DTranspose, args);
}

/** Makes a plain layer from all but the formula, and standardizes it by the formula. */
function standardized<Args extends StandardizationOptions>(
  caller: string,
  Plain: new (args: Omit<Args, keyof StandardizationOptions>) => tf.layers.Layer,
  args: Args,
): tf.layers.Layer {
  const { variant, epsilon, ...plain } = args;
  formulaOf({ variant, epsilon }, `layers.${caller}`); // an error names what was called
  const layer = new Plain(plain);
  standardizeLayer(layer, { variant, epsilon });
  return layer;
}
