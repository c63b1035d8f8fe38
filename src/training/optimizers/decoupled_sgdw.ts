import * as tf from "../../tf.ts";
import { MomentumOptimizer, type MomentumOptions } from "./momentum_optimizer.ts";
import type { MomentumRule } from "./momentum_update.ts";

/** The optimizer that {@linkcode decoupledSgdw} makes. */
export class DecoupledSgdw extends MomentumOptimizer {
  /** The name in saved models. */
  static readonly className: string = "DecoupledSGDW";

  protected override get rule(): MomentumRule {
    const decayPerRate = this.weightDecay / this.initialLearningRate;
    return { momentum: this.momentum, weightDecay: 0, decayPerRate, nesterov: false };
  }
}

tf.serialization.registerClass(DecoupledSgdw);

/**
 * SGD with momentum whose weight decay is decoupled from the learning rate, but follows its
 * schedule: `v = momentum·v + g` (first step `v = g`),
 * `w = w·(1 − weightDecay·learningRate / initialLearningRate) − learningRate·v`.
 *
 * The usual mistake is to take over a weight decay of {@linkcode sgd}: there the learning rate
 * multiplies it as well. `weightDecay` here is about `learningRate·weightDecay` there.
 * Source: mosaicml/composer `composer/optim/decoupled_weight_decay.py`.
 *
 * @example
 * ```ts
 * import { optimizers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const weight = tf.variable(tf.scalar(4));
 * const optimizer = optimizers.decoupledSgdw({ learningRate: 0.25, weightDecay: 0.5 });
 * optimizer.minimize(() => tf.square(weight) as tf.Scalar);
 * assert.equal(weight.dataSync()[0], 4 * 0.5 - 0.25 * 8);
 * ```
 *
 * @param options learning rate, momentum, weight decay
 * @returns the optimizer
 * @throws {RangeError} if an option is out of range
 */
export function decoupledSgdw(options: MomentumOptions): DecoupledSgdw {
  return new DecoupledSgdw(options);
}
