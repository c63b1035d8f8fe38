import type * as tf from "../../tf.ts";
import { checkNames } from "../../check.ts";
import { type AdamRule, adamUpdate } from "./adam_update.ts";
import { checkRange } from "./optimizer_arguments.ts";
import { SlotOptimizer, type SlotOptions } from "./slot_optimizer.ts";
import type { SlotKind } from "./slots.ts";

/** Options of {@linkcode adamw} and {@linkcode decoupledAdamw}; the defaults are theirs. */
export interface AdamOptions extends SlotOptions {
  /** Share of the mean of gradients that a step keeps, in `[0, 1)`. */
  beta1?: number | undefined;
  /** Share of the mean of squared gradients that a step keeps, in `[0, 1)`. */
  beta2?: number | undefined;
  /**
   * Keeps the denominator from 0: `√s / √(1 − beta2^t) + epsilon`, as in PyTorch.
   *
   * @default {1e-8}
   */
  epsilon?: number | undefined;
}

const optionNames = ["learningRate", "weightDecay", "beta1", "beta2", "epsilon"] as const;

const kinds: readonly SlotKind[] = [
  { name: "mean", noun: "mean of gradients" },
  { name: "square", noun: "mean of squared gradients" },
  { name: "steps", noun: "count of steps", isScalar: true },
];

/** An optimizer of Adam's kind, which keeps the means of gradients and of their squares. */
export abstract class AdamOptimizer extends SlotOptimizer {
  /** Share of the mean of gradients that a step keeps. */
  readonly beta1: number;
  /** Share of the mean of squared gradients that a step keeps. */
  readonly beta2: number;
  /** Keeps the denominator from 0. */
  readonly epsilon: number;

  /**
   * @param options learning rate, betas, epsilon and weight decay
   * @throws {RangeError} if one of them is out of range, or there is another, such as PyTorch's `betas`
   */
  constructor(options: AdamOptions) {
    super(options, kinds, "means and counts");
    checkNames("make the optimizer step as options", options, optionNames);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    for (const [name, beta] of Object.entries({ beta1, beta2 })) {
      checkRange(name, beta, beta >= 0 && beta < 1, "in [0, 1)");
    }
    checkRange("epsilon", epsilon, epsilon >= 0, ">= 0");
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  /** What weights shrink by, for each 1 of the learning rate. */
  protected abstract readonly decayPerRate: number;

  protected override update(
    gradients: ReadonlyMap<tf.Variable, tf.Tensor>,
    learningRate: tf.Scalar,
  ): void {
    const { beta1, beta2, epsilon, decayPerRate } = this;
    const rule: AdamRule = { beta1, beta2, epsilon, decayPerRate };
    const states = Array.from(gradients, ([weight, gradient]) => {
      const [mean, square, steps] = this.slotsOf(weight) as [tf.Variable, tf.Variable, tf.Variable];
      return { weight, gradient, mean, square, steps };
    });
    adamUpdate(states, learningRate, rule).forEach((updated, i) => {
      const state = states[i]!;
      state.weight.assign(updated.weight);
      state.mean.assign(updated.mean);
      state.square.assign(updated.square);
      state.steps.assign(updated.steps);
    });
  }

  /** The constructor's options, for saved models. */
  override getConfig(): tf.serialization.ConfigDict {
    const { beta1, beta2, epsilon } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon };
  }
}
