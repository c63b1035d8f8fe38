import * as tf from "../tf.ts";
import { ExampleNormalization, type ExampleNormalizationArgs } from "./example.ts";

/** Arguments of {@linkcode layerNormalization}. */
export type LayerNormalizationArgs = ExampleNormalizationArgs;

/**
 * Layer normalization of a map: `y = gamma · (x − mean) / sqrt(variance + epsilon) + beta`, with
 * the mean and the biased variance of each example over height, width *and* channels. It is group
 * normalization with one group, so `gamma` and `beta` are `[channels]`. The same in training and in
 * inference.
 *
 * `tf.layers.layerNormalization` normalizes each pixel by itself, over the last axis;
 * `torch.nn.LayerNorm([channels, height, width])` has the same statistics as this one, but a scale
 * and an offset for each pixel too, which ties it to one image size.
 *
 * Source: Ba et al., "Layer Normalization", 2016; `torch.nn.GroupNorm(1, channels)`.
 */
export class TorchLayerNormalization extends ExampleNormalization {
  /** The name that a saved model says: a stock `LayerNormalization` stays what it is. */
  static readonly className: string = "TorchLayerNormalization";

  /** @param args epsilon 1e-5, scale and center */
  constructor(args: LayerNormalizationArgs = {}) {
    super(args);
  }

  protected override groupsOf(): number {
    return 1;
  }
}
tf.serialization.registerClass(TorchLayerNormalization);

/**
 * A layer normalization over height, width and channels, with a scale and an offset for each
 * channel.
 *
 * @param args epsilon (1e-5), and what `tf.layers.layerNormalization` takes but `axis`
 * @returns the layer, for inputs `[batch, ..., channels]`
 * @throws {TypeError} when built, if the number of channels is not known
 *
 * @example
 * ```ts
 * import { layerNormalization } from "./layer.ts";
 * import * as tf from "../tf.ts";
 * import assert from "node:assert/strict";
 *
 * const y = layerNormalization().apply(tf.randomNormal([1, 8, 8, 6], 5, 3)) as tf.Tensor;
 * const { mean, variance } = tf.moments(y);
 * assert.ok(Math.abs(mean.dataSync()[0]!) < 1e-4);
 * assert.ok(Math.abs(variance.dataSync()[0]! - 1) < 1e-3);
 * ```
 */
export function layerNormalization(args: LayerNormalizationArgs = {}): TorchLayerNormalization {
  return new TorchLayerNormalization(args);
}
