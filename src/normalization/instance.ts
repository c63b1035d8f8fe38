import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { onlyInput, onlyShape } from "../layers/inputs.ts";
import type { Shape } from "../layers/geometry.ts";
import { ExampleNormalization, type ExampleNormalizationArgs } from "./example.ts";

/** Arguments of {@linkcode instanceNormalization}. */
export interface InstanceNormalizationArgs extends ExampleNormalizationArgs {
  /**
   * Whether there is a scale `gamma`.
   *
   * @default {false}
   */
  scale?: boolean;
  /**
   * Whether there is an offset `beta`.
   *
   * @default {false}
   */
  center?: boolean;
}

/**
 * Instance normalization: `y = (x − mean) / sqrt(variance + epsilon)`, with the mean and the biased
 * variance of each channel of each example over height and width. The same in training and in
 * inference: there are no moving statistics.
 *
 * As in PyTorch, there is no scale and no offset unless asked for; `scale: true, center: true` is
 * its `affine=True`. The table by which models name normalizations asks for both.
 *
 * Like PyTorch's, it refuses a map of a single pixel: nothing would be left of it. A network that
 * pools its image, as {@linkcode deeplabv3plus} does, needs another normalization there, from a
 * factory that goes by the layers' names.
 *
 * Source: Ulyanov et al., "Instance Normalization", 2016; `torch.nn.InstanceNorm2d`.
 */
export class TorchInstanceNormalization extends ExampleNormalization {
  /** The name that a saved model says. */
  static readonly className: string = "TorchInstanceNormalization";

  /** @param args epsilon 1e-5, scale and center, both off */
  constructor(args: InstanceNormalizationArgs = {}) {
    super({ ...args, scale: args.scale ?? false, center: args.center ?? false });
  }

  override build(inputShape: Shape | Shape[]): void {
    this.#checkPixels(onlyShape(inputShape));
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    this.#checkPixels(onlyInput(inputs).shape);
    return super.call(inputs);
  }

  protected override groupsOf(channels: number): number {
    return channels;
  }

  #checkPixels(shape: Shape): void {
    const isMap = shape.slice(1, -1).some((size) => size !== 1);
    const requirement = `normalize ${this.name} as pixels of a map must be >= 2`;
    const value = `${JSON.stringify(shape)}; take another normalization here`;
    check(isMap, RangeError, requirement, value);
  }
}
tf.serialization.registerClass(TorchInstanceNormalization);

/**
 * An instance normalization layer, over height and width.
 *
 * @param args epsilon (1e-5), scale and center (both `false`), and what
 * `tf.layers.layerNormalization` takes but `axis`
 * @returns the layer, for inputs `[batch, ..., channels]`
 * @throws {RangeError} when built or called, if a map has a single pixel
 * @throws {TypeError} when built, if the number of channels is not known
 *
 * @example
 * ```ts
 * import { instanceNormalization } from "./instance.ts";
 * import * as tf from "../tf.ts";
 * import assert from "node:assert/strict";
 *
 * const layer = instanceNormalization();
 * const y = layer.apply(tf.randomNormal([2, 8, 8, 6], 5, 3)) as tf.Tensor;
 * assert.equal(layer.weights.length, 0);
 * for (const mean of tf.mean(y, [1, 2]).dataSync()) assert.ok(Math.abs(mean) < 1e-4);
 * ```
 */
export function instanceNormalization(
  args: InstanceNormalizationArgs = {},
): TorchInstanceNormalization {
  return new TorchInstanceNormalization(args);
}
