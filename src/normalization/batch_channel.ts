import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { groupNorm } from "../gradients/group_norm.ts";
import { onlyInput, onlyShape } from "../layers/inputs.ts";
import type { Shape } from "../layers/geometry.ts";
import type { Initializer, ReadableWeight } from "../layers/stock.ts";
import { type BatchNormalizationArgs, TorchBatchNormalization } from "./batch.ts";
import { checkedGroups, type Groups, resolvedGroups } from "./groups.ts";

/**
 * Arguments of {@linkcode batchChannelNormalization}. Those of batch normalization (scale and
 * center, initializers, …) are about its batch half.
 */
export interface BatchChannelNormalizationArgs extends BatchNormalizationArgs {
  /**
   * How many groups of adjacent channels the channel half makes; must divide the channels. `"auto"`
   * adapts to them.
   *
   * @default {32}
   */
  groups?: Groups;
  /**
   * Whether the batch half normalizes by moving estimates in training too (the micro-batch form),
   * or by the batch's own statistics.
   *
   * @default {false}
   */
  estimate?: boolean;
}

/**
 * Batch-channel normalization (BCN): batch normalization, then a normalization of groups of
 * channels, each with a scale and an offset of its own:
 *
 * - batch half, over batch, height and width: `z = gamma · (x − m) / sqrt(v + epsilon) + beta`, with
 *   `gamma`, `beta`, `moving_mean` and `moving_variance` `[channels]`;
 * - channel half, over height, width and the channels of a group of one example:
 *   `y = channel_gamma · (z − mean) / sqrt(variance + epsilon) + channel_beta`, with `channel_gamma`
 *   and `channel_beta` `[groups]`: one value for each *group*, as in the authors' code,
 *   not for each channel as in group normalization.
 *
 * In inference `m` and `v` are the moving statistics. In training they depend on the form:
 *
 * - `estimate: false`: the batch's mean and biased variance, which the gradient flows through. They
 *   move the moving ones as in {@linkcode TorchBatchNormalization}, the variance unbiased there.
 * - `estimate: true`, for batches of one or two images: the moving statistics, *after* this batch has
 *   moved them: `moving = momentum · moving + (1 − momentum) · batch`, where the batch's variance is
 *   the mean of `(x − m)²` about the moving mean before the move. They count as constants, so that
 *   the gradient does not flow through them. `1 − momentum` is the paper's update rate `r`, which the
 *   authors' code leaves to the training script; here it is 0.1 unless `momentum` says otherwise.
 *
 * The paper uses it together with weight standardization.
 *
 * Source: Qiao et al., "Micro-Batch Training with Batch-Channel Normalization and Weight
 * Standardization", arXiv 1903.10520; `BCNorm` and `EstBN` of
 * joe-siyuan-qiao/Batch-Channel-Normalization.
 */
export class TorchBatchChannelNormalization extends TorchBatchNormalization {
  /** The name that a saved model says. */
  static override readonly className: string = "TorchBatchChannelNormalization";
  readonly #groups: Groups;
  readonly #estimate: boolean;
  /** `[groups]`, made when the layer is built. */
  declare channelGamma: ReadableWeight;
  /** `[groups]`, made when the layer is built. */
  declare channelBeta: ReadableWeight;

  /**
   * @param args groups, the form, and those of batch normalization
   * @throws {RangeError} if `groups` is neither an integer >= 1 nor `"auto"`
   */
  constructor(args: BatchChannelNormalizationArgs = {}) {
    super(args);
    this.#groups = checkedGroups(TorchBatchChannelNormalization.className, args.groups ?? 32);
    this.#estimate = args.estimate ?? false;
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = onlyShape(inputShape).at(-1) ?? null;
    const requirement = `build ${this.name} as the number of channels must be known`;
    check(channels !== null, TypeError, requirement, inputShape);
    const shape = [resolvedGroups(this.name, channels, this.#groups)];
    super.build(inputShape);
    const add = (name: string, initializer: Initializer) =>
      this.addWeight(name, shape, "float32", initializer);
    this.channelGamma = add("channel_gamma", tf.initializers.ones());
    this.channelBeta = add("channel_beta", tf.initializers.zeros());
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = onlyInput(inputs);
    return tf.tidy(() => {
      const moves = kwargs.training && this.#estimate;
      const z = moves ? this.normalizeByMoving(x, 1 - this.momentum) : super.call(x, kwargs);
      return this.#normalizeGroups(z);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.#groups, estimate: this.#estimate };
  }

  #normalizeGroups(z: tf.Tensor): tf.Tensor {
    const channels = z.shape.at(-1) as number;
    const groups = resolvedGroups(this.name, channels, this.#groups);
    const ones = tf.ones([1, channels / groups]);
    const perChannel = (weight: ReadableWeight): tf.Tensor1D =>
      tf.reshape(tf.mul(tf.reshape(weight.read(), [groups, 1]), ones), [channels]);
    return groupNorm(z, perChannel(this.channelGamma), perChannel(this.channelBeta), {
      groups,
      epsilon: this.epsilon,
    });
  }
}
tf.serialization.registerClass(TorchBatchChannelNormalization);

/**
 * A batch-channel normalization layer: batch normalization, then normalization of groups of channels.
 *
 * @param args groups (32), the form (`estimate: true` is the micro-batch one), and those of
 * {@linkcode batchNormalization}: epsilon 1e-5 (of both halves), momentum 0.9
 * @returns the layer, for inputs `[batch, ..., channels]` of rank 2 to 4
 * @throws {RangeError} if `groups` is neither an integer >= 1 nor `"auto"`; when built, if it does
 * not divide the channels, or if `axis` is not the last one
 * @throws {TypeError} when built, if the number of channels is not known
 *
 * @example
 * ```ts
 * import { batchChannelNormalization } from "./batch_channel.ts";
 * import * as tf from "../tf.ts";
 * import assert from "node:assert/strict";
 *
 * const layer = batchChannelNormalization({ groups: 2, estimate: true });
 * const oneImage = tf.randomNormal([1, 8, 8, 6], 5, 3);
 * layer.apply(oneImage, { training: true });
 * // The estimate began at 0 and went a tenth of the way to 5.
 * assert.ok(Math.abs(tf.mean(layer.movingMean.read()).dataSync()[0]! - 0.5) < 0.1);
 * ```
 */
export function batchChannelNormalization(
  args: BatchChannelNormalizationArgs = {},
): TorchBatchChannelNormalization {
  return new TorchBatchChannelNormalization(args);
}
