import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import {
  asGradientOf,
  checkRange,
  checkRestored,
  type NamedTensor,
  registeredVariable,
  say,
} from "./momentum_arguments.ts";
import { type MomentumRule, momentumUpdate } from "./momentum_update.ts";

/** What the optimizers here have in common. */
export interface MomentumOptions {
  /** The learning rate of the first step; a schedule's factors multiply it. */
  learningRate: number;
  /**
   * Share of the velocity that a step keeps, in `[0, 1)`.
   *
   * @default {0}
   */
  momentum?: number | undefined;
  /**
   * Weight decay, of all parameters.
   *
   * @default {0}
   */
  weightDecay?: number | undefined;
}

/**
 * Velocities, learning rate and checkpoints of an optimizer with momentum. A velocity of zeros
 * makes the first step `v = momentum·0 + g = g`, so {@linkcode build} can create them before any
 * step.
 *
 * A step that is recorded once and replayed must take its learning rate from a tensor, see
 * {@linkcode setLearningRate}, and find its velocities built.
 */
export abstract class MomentumOptimizer extends tf.Optimizer {
  /** The learning rate that a schedule's factors multiply. */
  readonly initialLearningRate: number;
  /** Share of the velocity that a step keeps. */
  readonly momentum: number;
  /** Weight decay. */
  readonly weightDecay: number;
  #learningRate: number | tf.Scalar;
  /** By the names of the variables that they are of. */
  readonly #velocities = new Map<string, tf.Variable>();
  #restored: NamedTensor[] = [];

  /**
   * @param options learning rate, momentum and weight decay
   * @throws {RangeError} if one of them is out of range
   */
  constructor({ learningRate, momentum = 0, weightDecay = 0 }: MomentumOptions) {
    super();
    checkRange("learningRate", learningRate, learningRate > 0, "> 0");
    checkRange("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)");
    checkRange("weightDecay", weightDecay, weightDecay >= 0, ">= 0");
    this.initialLearningRate = this.#learningRate = learningRate;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
  }

  /** The learning rate of the next step, as it was set. */
  get learningRate(): number | tf.Scalar {
    return this.#learningRate;
  }

  /**
   * Sets the learning rate of the steps to come. A Trainer sets it itself: to the schedule's share
   * of `initialLearningRate` at each step, and to all of that afterwards.
   *
   * @param learningRate a number, or a float32 scalar, which stays the caller's and must outlive
   *   the steps that use it
   * @throws {TypeError} if a tensor is not a float32 scalar, or has been disposed
   * @throws {RangeError} if a number is negative or not finite
   */
  setLearningRate(learningRate: number | tf.Scalar): void {
    if (typeof learningRate === "number") {
      checkRange("learningRate", learningRate, learningRate >= 0, ">= 0");
    } else {
      const is = say(learningRate);
      const requirement = "set the learning rate as a tensor must be a float32 scalar";
      check(is === "float32 []", TypeError, requirement, is);
    }
    this.#learningRate = learningRate;
  }

  /**
   * Creates the velocities of variables that have none yet, without a step.
   *
   * @param variables all that the optimizer will update; their order is that of checkpoints
   * @throws {TypeError} if a checkpoint was restored that has another number of velocities, or one
   *   of another shape; no velocity is created then
   */
  build(variables: readonly tf.Variable[]): void {
    if (this.momentum === 0) return;
    const missing = variables.filter(({ name }) => !this.#velocities.has(name));
    if (this.#restored.length > 0) checkRestored(this.#restored, missing);
    missing.forEach((variable) => this.#velocityOf(variable));
  }

  /**
   * Updates variables.
   *
   * @param variableGradients gradients by the names of registered variables; missing ones are
   *   skipped
   * @throws {RangeError} if there is no variable of a name
   * @throws {TypeError} if a gradient has another shape than its variable, and is not broadcast to
   *   it, or if one of the two is not of numbers: variables float32, gradients no complex64. No
   *   variable has changed then, unless one was listed twice
   */
  override applyGradients(variableGradients: tf.NamedTensorMap | NamedTensor[]): void {
    const gradients = Array.isArray(variableGradients)
      ? variableGradients.map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(variableGradients);
    tf.tidy(() => {
      let batch = new Map<tf.Variable, tf.Tensor>();
      for (const [name, gradient] of gradients as [string, tf.Tensor | null | undefined][]) {
        if (gradient === null || gradient === undefined) continue;
        const variable = registeredVariable(name);
        if (batch.has(variable)) { // listed again: a second update, of what the first one leaves
          this.#update(batch);
          batch = new Map();
        }
        batch.set(variable, asGradientOf(variable, gradient));
      }
      this.#update(batch);
    });
    this.incrementIterations();
  }

  /** How a step updates weights. */
  protected abstract readonly rule: MomentumRule;

  #update(gradients: ReadonlyMap<tf.Variable, tf.Tensor>): void {
    const rate = this.#learningRate;
    const isGone = typeof rate !== "number" && rate.isDisposed;
    const requirement = "apply gradients as the learning rate must outlive the steps that use it";
    check(!isGone, TypeError, requirement, "a tensor that has been disposed");
    const states = Array.from(gradients, ([weight, gradient]) => ({
      weight,
      gradient,
      velocity: this.momentum > 0 ? this.#velocityOf(weight) : undefined,
    }));
    const learningRate = typeof rate === "number" ? tf.scalar(rate) : rate;
    momentumUpdate(states, learningRate, this.rule).forEach(({ weight, velocity }, i) => {
      states[i]!.weight.assign(weight);
      if (velocity !== undefined) states[i]!.velocity!.assign(velocity);
    });
  }

  /** Frees the velocities. The variables stay. */
  override dispose(): void {
    tf.dispose([...this.#velocities.values()]);
    this.#forgetRestored();
    this.#velocities.clear();
  }

  /**
   * The state for a checkpoint.
   *
   * @returns the number of steps, a new tensor that the caller disposes of, then the velocities
   * themselves in the order of {@linkcode build} or of the first step; before either those that
   * were restored
   */
  override async getWeights(): Promise<NamedTensor[]> {
    const velocities = Array.from(this.#velocities, ([name, tensor]) => ({
      name: `${name}/momentum`,
      tensor,
    }));
    return [await this.saveIterations(), ...velocities, ...this.#restored];
  }

  /**
   * Restores a checkpoint: before the first step, or after it. Order tells which velocity is whose,
   * as a model that is built a second time names its variables differently.
   *
   * @param weightValues as {@linkcode getWeights} gave them; they stay the caller's
   * @throws {TypeError} if number or shapes differ from those of the velocities, at once where they
   *   exist or there is no momentum, else in {@linkcode build}; a first step without that takes as
   *   many as it has variables. Nothing is restored then
   */
  override async setWeights(weightValues: NamedTensor[]): Promise<void> {
    const built = Array.from(this.#velocities, ([name, { shape }]) => ({ name, shape }));
    if (built.length > 0 || this.momentum === 0) checkRestored(weightValues.slice(1), built);
    const velocities = await this.extractIterations(weightValues);
    if (this.#velocities.size === 0) {
      this.#forgetRestored();
      this.#restored = velocities.map(({ name, tensor }) => ({
        name,
        tensor: tf.keep(tf.clone(tensor)),
      }));
      return;
    }
    [...this.#velocities.values()].forEach((velocity, i) => velocity.assign(velocities[i]!.tensor));
  }

  /** The constructor's options, for saved models. */
  override getConfig(): tf.serialization.ConfigDict {
    const { initialLearningRate: learningRate, momentum, weightDecay } = this;
    return { learningRate, momentum, weightDecay };
  }

  #velocityOf(variable: tf.Variable): tf.Variable {
    const velocity = this.#velocities.get(variable.name) ?? this.#initialVelocity(variable);
    this.#velocities.set(variable.name, velocity);
    return velocity;
  }

  #initialVelocity(variable: tf.Variable): tf.Variable {
    const restored = this.#restored[0]?.tensor;
    if (restored === undefined) {
      return tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
    }
    checkRestored(this.#restored.slice(0, 1), [variable]);
    this.#restored.shift();
    const velocity = tf.variable(restored, false);
    restored.dispose();
    return velocity;
  }

  #forgetRestored(): void {
    tf.dispose(this.#restored.map(({ tensor }) => tensor));
    this.#restored = [];
  }
}
