import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { onlyInput } from "../layers/inputs.ts";
import type { ReadableWeight } from "../layers/stock.ts";
import { checkModel } from "./check_model.ts";
import {
  type BatchNormalizationLayer,
  type FoldableConvolution,
  type FoldablePair,
  foldablePairs,
} from "./foldable_pairs.ts";
import type { KernelField } from "./layer_kinds.ts";
import { standardizationOf } from "./standardized_layer.ts";

/**
 * Folds batch normalizations into the convolutions before them, in place, for inference: a
 * normalization by moving statistics is one affine map a channel, `s · y + t` with
 * `s = gamma / sqrt(variance + epsilon)` and `t = beta − mean · s`, so the convolution's kernel
 * becomes `s · kernel` and its bias `s · bias + t`. The outputs stay what they were, up to rounding,
 * and the normalization costs nothing. What stands in its place is a linear activation without
 * weights, under its name, also where the model is saved.
 *
 * Folded is `BatchNormalization`, tf's or this library's, that directly follows a convolution (1-D
 * and 2-D, depthwise, separable, this library's transposed ones) with a linear activation whose only
 * consumer it is, over the convolution's channels. All others stay as they are: after anything
 * else, in training mode, a shared one, `BatchChannelNormalization`.
 *
 * The usual mistake is to go on training: what was folded does not normalize any more. A model that
 * shares layers with this one changes too.
 *
 * @param model a LayersModel or Sequential, its weight standardization baked
 * @returns the names of the normalizations that are folded, in the order of the model's layers
 * @throws {TypeError} if `model` is not a model made of layers, or a convolution before a
 *   normalization is standardized: call `bakeWeightStandardization` first
 *
 * @see PyTorch's `torch.nn.utils.fusion.fuse_conv_bn_eval`
 *
 * @example
 * ```ts
 * import { bakeWeightStandardization, capture, foldBatchNormalization, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [16, 16, 3], useBias: false }),
 *     tf.layers.batchNormalization({ name: "norm" }),
 *     tf.layers.reLU(),
 *   ],
 * });
 * const x = tf.randomNormal([1, 16, 16, 3]);
 * const before = model.predict(x) as tf.Tensor;
 * bakeWeightStandardization(model); // nothing to bake in this one
 * assert.deepEqual(foldBatchNormalization(model), ["norm"]);
 * const predict = capture((x: tf.Tensor) => model.predict(x) as tf.Tensor);
 * assert.ok(tf.max(tf.abs(tf.sub(predict(x), before))).dataSync()[0]! < 1e-5);
 * ```
 */
export function foldBatchNormalization(model: tf.LayersModel): string[] {
  checkModel(model, "foldBatchNormalization");
  const pairs = foldablePairs(model);
  pairs.forEach(checkFoldable);
  pairs.forEach(fold);
  return pairs.map(({ normalization }) => normalization.name);
}

function checkFoldable({ convolution, normalization }: FoldablePair): void {
  const isBaked = standardizationOf(convolution) === undefined;
  const wanted = `foldBatchNormalization as what is before ${normalization.name} must be plain`;
  const found = `${convolution.name}, which is standardized; call bakeWeightStandardization first`;
  check(isBaked, TypeError, wanted, found);
}

function fold({ convolution, normalization, kernel, field }: FoldablePair): void {
  const weight = kernel.read() as tf.Variable;
  const channelsAt = channelsIn(field, weight.shape);
  const bias = convolution.bias ?? addBias(convolution, weight, channelsAt);
  tf.tidy(() => {
    const { scale, offset } = affineOf(normalization);
    const scaled = tf.mul(weight, tf.reshape(scale, channelsAt));
    const moved = tf.add(tf.mul(bias.read(), scale), offset);
    // Not by write(), which would put both under the constraints that they are trained under.
    weight.assign(scaled);
    (bias.read() as tf.Variable).assign(moved);
  });
  becomeLinear(normalization);
}

/** The shape that a value for each output channel has beside a kernel. */
function channelsIn({ depthwise, transposed }: KernelField, shape: readonly number[]): number[] {
  const [beforeLast = 1, last = 1] = shape.slice(-2);
  if (depthwise) return [beforeLast, last];
  return transposed ? [beforeLast, 1] : [last];
}

/** The map that a normalization by moving statistics is: both `[channels]`. */
function affineOf(
  { gamma, beta, movingMean, movingVariance, epsilon }: BatchNormalizationLayer,
): Record<"scale" | "offset", tf.Tensor> {
  const variance = movingVariance.read();
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const scale = gamma === undefined ? inverse : tf.mul(gamma.read(), inverse);
  const moved = tf.mul(movingMean.read(), scale);
  return { scale, offset: beta === undefined ? tf.neg(moved) : tf.sub(beta.read(), moved) };
}

/** Gives a convolution a bias of zeros, as if it had been built with one. */
function addBias(
  convolution: FoldableConvolution,
  { dtype }: tf.Variable,
  channelsAt: readonly number[],
): ReadableWeight {
  const channels = channelsAt.reduce((product, length) => product * length, 1);
  const zeros = tf.initializers.zeros();
  // TensorFlow.js puts the layer's name before a weight's while it builds the layer, not here.
  const bias = convolution.addWeight(`${convolution.name}/bias`, [channels], dtype, zeros);
  Object.assign(convolution, { useBias: true, bias });
  return bias;
}

/** Makes a layer what `tf.layers.activation({ activation: "linear" })` is, saved too. */
function becomeLinear(layer: tf.layers.Layer): void {
  layer.weights.forEach((weight) => weight.dispose());
  const { name, trainable, dtype } = layer.getConfig();
  const linear = {
    trainableWeights: [],
    nonTrainableWeights: [],
    // A tensor of its own on the same values: an identity would be a copy on wasm.
    call: (inputs: tf.Tensor | tf.Tensor[]) => {
      const x = onlyInput(inputs);
      return x.reshape(x.shape);
    },
    getClassName: () => "Activation",
    getConfig: () => ({ name, trainable, dtype, activation: "linear" }),
  };
  Object.assign(layer, linear);
}
