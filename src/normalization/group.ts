import * as tf from "../tf.ts";
import { ExampleNormalization, type ExampleNormalizationArgs } from "./example.ts";
import { checkedGroups, type Groups, resolvedGroups } from "./groups.ts";

/** Arguments of {@linkcode groupNormalization}. */
export interface GroupNormalizationArgs extends ExampleNormalizationArgs {
  /**
   * How many groups of adjacent channels; must divide the channels. `"auto"` adapts to them.
   *
   * @default {32}
   */
  groups?: Groups;
}

/**
 * Group normalization by PyTorch's definition:
 * `y = gamma · (x − mean) / sqrt(variance + epsilon) + beta`, with the mean and the biased variance
 * of each example over height, width and each group of adjacent channels. The same in training and
 * in inference. `gamma` and `beta` are `[channels]`.
 *
 * A group of a single value (one channel, one pixel) is normalized to 0: `y = beta` there, and no
 * gradient reaches `x`.
 *
 * Source: Wu and He, "Group Normalization", 2018; `torch.nn.GroupNorm`.
 */
export class TorchGroupNormalization extends ExampleNormalization {
  /** The name that a saved model says. */
  static readonly className: string = "TorchGroupNormalization";
  readonly #groups: Groups;

  /**
   * @param args groups, epsilon 1e-5, scale and center
   * @throws {RangeError} if `groups` is neither an integer >= 1 nor `"auto"`
   */
  constructor(args: GroupNormalizationArgs = {}) {
    super(args);
    this.#groups = checkedGroups(TorchGroupNormalization.className, args.groups ?? 32);
  }

  protected override groupsOf(channels: number): number {
    return resolvedGroups(this.name, channels, this.#groups);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.#groups };
  }
}
tf.serialization.registerClass(TorchGroupNormalization);

/**
 * A group normalization layer, over height, width and `channels / groups`.
 *
 * @param args groups (32), epsilon (1e-5), and what `tf.layers.layerNormalization` takes but `axis`
 * @returns the layer, for inputs `[batch, ..., channels]`
 * @throws {RangeError} if `groups` is neither an integer >= 1 nor `"auto"`; when built, if it does
 * not divide the channels
 * @throws {TypeError} when built, if the number of channels is not known
 *
 * @example
 * ```ts
 * import { groupNormalization } from "./group.ts";
 * import * as tf from "../tf.ts";
 * import assert from "node:assert/strict";
 *
 * const x = tf.randomNormal([2, 8, 8, 6], 5, 3);
 * const y = groupNormalization({ groups: 2 }).apply(x) as tf.Tensor;
 * const firstGroup = tf.slice(y, [0, 0, 0, 0], [1, 8, 8, 3]);
 * assert.ok(Math.abs(tf.mean(firstGroup).dataSync()[0]!) < 1e-4);
 * ```
 */
export function groupNormalization(args: GroupNormalizationArgs = {}): TorchGroupNormalization {
  return new TorchGroupNormalization(args);
}
