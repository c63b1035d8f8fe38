import type * as tf from "../../tf.ts";
import { type MomentumRule, momentumUpdate } from "./momentum_update.ts";
import { checkRange } from "./optimizer_arguments.ts";
import { SlotOptimizer, type SlotOptions } from "./slot_optimizer.ts";
import type { SlotKind } from "./slots.ts";

/** What the optimizers with momentum have in common. */
export interface MomentumOptions extends SlotOptions {
  /**
   * Share of the velocity that a step keeps, in `[0, 1)`.
   *
   * @default {0}
   */
  momentum?: number | undefined;
}

/** A velocity of zeros makes the first step `v = momentum·0 + g = g`. */
const velocity: SlotKind = { name: "momentum", noun: "velocity" };

/** An optimizer with momentum, which keeps a velocity of each weight. */
export abstract class MomentumOptimizer extends SlotOptimizer {
  /** Share of the velocity that a step keeps. */
  readonly momentum: number;

  /**
   * @param options learning rate, momentum and weight decay
   * @throws {RangeError} if one of them is out of range
   */
  constructor({ momentum = 0, ...options }: MomentumOptions) {
    super(options, momentum === 0 ? [] : [velocity], "velocities");
    checkRange("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)");
    this.momentum = momentum;
  }

  /** How a step updates weights. */
  protected abstract readonly rule: MomentumRule;

  protected override update(
    gradients: ReadonlyMap<tf.Variable, tf.Tensor>,
    learningRate: tf.Scalar,
  ): void {
    const states = Array.from(gradients, ([weight, gradient]) => {
      const [velocity] = this.slotsOf(weight);
      return { weight, gradient, velocity };
    });
    momentumUpdate(states, learningRate, this.rule).forEach(({ weight, velocity }, i) => {
      states[i]!.weight.assign(weight);
      if (velocity !== undefined) states[i]!.velocity!.assign(velocity);
    });
  }

  /** The constructor's options, for saved models. */
  override getConfig(): tf.serialization.ConfigDict {
    const { learningRate, weightDecay } = super.getConfig();
    return { learningRate, momentum: this.momentum, weightDecay } as tf.serialization.ConfigDict;
  }
}
