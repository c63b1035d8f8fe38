import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { MomentumOptimizer, type MomentumOptions } from "./momentum_optimizer.ts";
import type { MomentumRule } from "./momentum_update.ts";

/** Options of {@linkcode sgd}. */
export interface SgdOptions extends MomentumOptions {
  /**
   * Whether a step looks ahead along the new velocity (Nesterov).
   *
   * @default {false}
   */
  nesterov?: boolean | undefined;
}

/** The optimizer that {@linkcode sgd} makes. */
export class Sgd extends MomentumOptimizer {
  /** The name in saved models. */
  static readonly className: string = "TorchSGD";
  /** Whether a step looks ahead. */
  readonly nesterov: boolean;

  /**
   * @param options as those of {@linkcode sgd}
   * @throws {RangeError} if an option is out of range, or Nesterov's step has no momentum
   */
  constructor({ nesterov = false, ...options }: SgdOptions) {
    super(options);
    const holds = !nesterov || this.momentum > 0;
    check(holds, RangeError, "make sgd with nesterov as momentum must be > 0", this.momentum);
    this.nesterov = nesterov;
  }

  /** The constructor's options, for saved models. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), nesterov: this.nesterov };
  }

  protected override get rule(): MomentumRule {
    const { momentum, weightDecay, nesterov } = this;
    return { momentum, weightDecay, decayPerRate: 0, nesterov };
  }
}

tf.serialization.registerClass(Sgd);

/**
 * Stochastic gradient descent as in PyTorch: `g += weightDecay·w`, `v = momentum·v + g`
 * (first step `v = g`), `w −= learningRate·v`; with Nesterov `w −= learningRate·(g + momentum·v)`.
 *
 * Unlike `tf.train.momentum` it decays weights, and takes its learning rate from a schedule.
 *
 * @example
 * ```ts
 * import { optimizers, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const weight = tf.variable(tf.scalar(3));
 * const optimizer = optimizers.sgd({ learningRate: 0.25, momentum: 0.9 });
 * optimizer.minimize(() => tf.square(weight) as tf.Scalar);
 * assert.equal(weight.dataSync()[0], 1.5);
 * ```
 *
 * @param options learning rate, momentum, weight decay, Nesterov
 * @returns the optimizer
 * @throws {RangeError} if an option is out of range, or Nesterov's step has no momentum
 */
export function sgd(options: SgdOptions): Sgd {
  return new Sgd(options);
}
