import * as tf from "../../tf.ts";
import { AdamOptimizer, type AdamOptions } from "./adam_optimizer.ts";

/** The optimizer that {@linkcode decoupledAdamw} makes. */
export class DecoupledAdamW extends AdamOptimizer {
  /** The name in saved models. */
  static readonly className: string = "DecoupledAdamW";

  /**
   * @param options as those of {@linkcode decoupledAdamw}
   * @throws {RangeError} if an option is out of range
   */
  constructor({ beta2 = 0.95, weightDecay = 1e-5, ...options }: AdamOptions) {
    super({ beta2, weightDecay, ...options });
  }

  protected override get decayPerRate(): number {
    return this.weightDecay / this.initialLearningRate;
  }
}

tf.serialization.registerClass(DecoupledAdamW);

/**
 * AdamW whose weight decay is decoupled from the learning rate, but follows its schedule: as
 * {@linkcode adamw}, with `w·(1 − weightDecay·learningRate / initialLearningRate)`. Defaults are
 * Composer's: betas 0.9 and 0.95, epsilon 1e-8, weight decay 1e-5.
 *
 * The usual mistake is to take over a weight decay of {@linkcode adamw}: there the learning rate
 * multiplies it as well. Source: mosaicml/composer `composer/optim/decoupled_weight_decay.py`.
 *
 * @example
 * ```ts
 * import { optimizers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const weight = tf.variable(tf.scalar(4));
 * const optimizer = optimizers.decoupledAdamw({ learningRate: 0.25, weightDecay: 0.5 });
 * optimizer.minimize(() => tf.square(weight) as tf.Scalar);
 * assert.equal(weight.dataSync()[0], 4 * 0.5 - 0.25);
 * ```
 *
 * @param options learning rate, betas, epsilon, weight decay
 * @returns the optimizer
 * @throws {RangeError} if an option is out of range, or there is another, such as PyTorch's `betas`
 */
export function decoupledAdamw(options: AdamOptions): DecoupledAdamW {
  return new DecoupledAdamW(options);
}
