import * as tf from "../../tf.ts";
import { AdamOptimizer, type AdamOptions } from "./adam_optimizer.ts";

/** The optimizer that {@linkcode adamw} makes. */
export class AdamW extends AdamOptimizer {
  /** The name in saved models. */
  static readonly className: string = "TorchAdamW";

  /**
   * @param options as those of {@linkcode adamw}
   * @throws {RangeError} if an option is out of range
   */
  constructor({ weightDecay = 0.01, ...options }: AdamOptions) {
    super({ weightDecay, ...options });
  }

  protected override get decayPerRate(): number {
    return this.weightDecay;
  }
}

tf.serialization.registerClass(AdamW);

/**
 * AdamW as in PyTorch: `m = beta1·m + (1 − beta1)·g`, `s = beta2·s + (1 − beta2)·g²`,
 * `w = w·(1 − learningRate·weightDecay) − learningRate·m̂ / (√ŝ + epsilon)`, where `m̂ = m / (1 − beta1^t)`
 * and `ŝ = s / (1 − beta2^t)` with `t` the steps that this weight has taken. Defaults are PyTorch's:
 * betas 0.9 and 0.999, epsilon 1e-8, weight decay 0.01. A schedule moves the decay with the learning
 * rate.
 *
 * It is not `tf.train.adam` with decay added: that adds its epsilon, 1e-7, before the correction, so
 * that small gradients move a weight less in the first steps.
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019; `torch.optim.AdamW`.
 *
 * @example
 * ```ts
 * import { optimizers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const weight = tf.variable(tf.scalar(4));
 * const optimizer = optimizers.adamw({ learningRate: 0.25, weightDecay: 0.5 });
 * optimizer.minimize(() => tf.square(weight) as tf.Scalar);
 * assert.equal(weight.dataSync()[0], 4 * (1 - 0.25 * 0.5) - 0.25); // a first step is the sign's
 * ```
 *
 * @param options learning rate, betas, epsilon, weight decay
 * @returns the optimizer
 * @throws {RangeError} if an option is out of range, or there is another, such as PyTorch's `betas`
 */
export function adamw(options: AdamOptions): AdamW {
  return new AdamW(options);
}
