import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { batchNorm } from "../gradients/batch_norm.ts";
import { type ChannelStatistics, movingBatchNorm } from "../gradients/moving_batch_norm.ts";
import { synchronizedBatchNorm } from "../gradients/synchronized_batch_norm.ts";
import { onlyInput, onlyShape } from "../layers/inputs.ts";
import type { Shape } from "../layers/geometry.ts";
import {
  StockBatchNormalization,
  type StockBatchNormalizationArgs,
  type WritableWeight,
} from "../layers/stock.ts";
import { batchNormGroup, type StepGroup } from "../workers.ts";

/** Arguments of {@linkcode batchNormalization}: tf's, with PyTorch's defaults. */
export type BatchNormalizationArgs = StockBatchNormalizationArgs;

/**
 * Batch normalization by PyTorch's definition, over all axes but the last:
 * `y = gamma · (x − mean) / sqrt(variance + epsilon) + beta`. In training with the batch's mean and
 * biased variance, which also move the layer's own:
 * `moving = momentum · moving + (1 − momentum) · batch`, the variance unbiased there. In inference
 * with the moving statistics.
 *
 * `epsilon` is 1e-5 and `momentum` 0.9 (PyTorch's 0.1), where `tf.layers` has 1e-3, 0.99, and moves
 * a biased variance. Weights: `gamma`, `beta`, `moving_mean`, `moving_variance`, each `[channels]`.
 *
 * Where a {@linkcode Trainer} synchronizes it over workers, the batch is that of all of them.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization", 2015; `torch.nn.BatchNorm2d`.
 */
export class TorchBatchNormalization extends StockBatchNormalization {
  /** The name that a saved model says: a stock `BatchNormalization` stays what it is. */
  static readonly className: string = "TorchBatchNormalization";

  /** @param args those of `tf.layers.batchNormalization`, with PyTorch's defaults */
  constructor(args: BatchNormalizationArgs = {}) {
    super({ ...args, epsilon: args.epsilon ?? 1e-5, momentum: args.momentum ?? 0.9 });
  }

  override build(inputShape: Shape | Shape[]): void {
    const rank = onlyShape(inputShape).length;
    const isLast = this.axis === -1 || this.axis === rank - 1;
    check(isLast, RangeError, `build ${this.name} as axis must be -1, the last one`, this.axis);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = onlyInput(inputs);
    return tf.tidy(() => kwargs.training ? this.#normalizeByBatch(x) : this.normalizeByMoving(x));
  }

  /**
   * Normalizes by the moving statistics, through which no gradient flows.
   *
   * @param x float32 `[..., channels]`
   * @param rate how far the batch moves them first; at 0 they stay
   * @returns a tensor shaped as `x`
   */
  protected normalizeByMoving(x: tf.Tensor, rate = 0): tf.Tensor {
    const { gamma, beta } = this.#affine(x);
    const moving = { mean: this.movingMean.read(), variance: this.movingVariance.read() };
    const options = { epsilon: this.epsilon, rate, group: batchNormGroup() };
    const { y, ...moved } = movingBatchNorm(x, gamma, beta, moving as ChannelStatistics, options);
    if (rate > 0) {
      this.movingMean.write(moved.mean);
      this.movingVariance.write(moved.variance);
    }
    return y;
  }

  #normalizeByBatch(x: tf.Tensor): tf.Tensor {
    const group = batchNormGroup();
    if (group !== undefined) return this.#normalizeByAllWorkers(x, group);
    const count = x.size / (x.shape.at(-1) ?? 1);
    const requirement = `normalize a batch in ${this.name} as values for each channel must be >= 2`;
    check(count >= 2, RangeError, requirement, `${count}; ${moreImages}`);
    const { gamma, beta } = this.#affine(x);
    const { y, mean, variance } = batchNorm(x, gamma, beta, this.epsilon);
    const share = 1 - this.momentum;
    this.#move(this.movingMean, mean, share);
    this.#move(this.movingVariance, variance, share * count / (count - 1));
    return y;
  }

  /** One value of each worker is enough: together they have two or more. */
  #normalizeByAllWorkers(x: tf.Tensor, group: StepGroup): tf.Tensor {
    const { gamma, beta } = this.#affine(x);
    const { y, mean, variance, count } = synchronizedBatchNorm(
      x,
      gamma,
      beta,
      this.epsilon,
      group,
    );
    const share = 1 - this.momentum;
    this.#move(this.movingMean, mean, share);
    const unbiased = tf.mul(variance, tf.div(count, tf.sub(count, 1)));
    this.#move(this.movingVariance, unbiased, share);
    return y;
  }

  #move(weight: WritableWeight, batch: tf.Tensor, share: number): void {
    weight.write(tf.add(tf.mul(weight.read(), this.momentum), tf.mul(batch, share)));
  }

  #affine(x: tf.Tensor): { gamma: tf.Tensor1D; beta: tf.Tensor1D } {
    const channels = x.shape.at(-1) ?? 1;
    const gamma = this.gamma?.read() ?? tf.ones([channels]);
    const beta = this.beta?.read() ?? tf.zeros([channels]);
    return { gamma: gamma as tf.Tensor1D, beta: beta as tf.Tensor1D };
  }
}
/** What to do where there is one value: the parts of a batch are batches, too. */
const moreImages =
  "train with a larger batch, and a microbatchSize that leaves no rest of one image";

tf.serialization.registerClass(TorchBatchNormalization);

/**
 * A batch normalization layer by PyTorch's definition.
 *
 * @param args those of `tf.layers.batchNormalization`; epsilon 1e-5 and momentum 0.9 by default
 * @returns the layer
 * @throws {RangeError} when built, if `axis` is not the last one
 */
export function batchNormalization(args: BatchNormalizationArgs = {}): TorchBatchNormalization {
  return new TorchBatchNormalization(args);
}
