import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
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

/** A tensor of a checkpoint; TensorFlow.js does not export its own type for it. */
export interface NamedTensor {
  /** The variable's name, or what it is to the variable. */
  name: string;
  /** Its value. */
  tensor: tf.Tensor;
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
   * @throws {TypeError} if a tensor is not a float32 scalar
   * @throws {RangeError} if a number is negative or not finite
   */
  setLearningRate(learningRate: number | tf.Scalar): void {
    if (typeof learningRate === "number") {
      checkRange("learningRate", learningRate, learningRate >= 0, ">= 0");
    } else {
      const is = `${learningRate.dtype} [${learningRate.shape}]`;
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
   *   of another shape
   */
  build(variables: readonly tf.Variable[]): void {
    if (this.momentum === 0) return;
    const missing = variables.filter(({ name }) => !this.#velocities.has(name)).length;
    if (this.#restored.length > 0) checkCount(this.#restored.length, missing);
    variables.forEach((variable) => this.#velocityOf(variable));
  }

  /**
   * Updates variables.
   *
   * @param variableGradients gradients by the names of registered variables; missing ones are
   *   skipped
   * @throws {RangeError} if there is no variable of a name
   * @throws {TypeError} if a gradient has another shape than its variable, and is not broadcast to it
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
   * exist, else in {@linkcode build}; a first step without that takes as many as it has variables
   */
  override async setWeights(weightValues: NamedTensor[]): Promise<void> {
    const velocities = await this.extractIterations(weightValues);
    if (this.#velocities.size === 0) {
      this.#forgetRestored();
      this.#restored = velocities.map(({ name, tensor }) => ({
        name,
        tensor: tf.keep(tf.clone(tensor)),
      }));
      return;
    }
    checkCount(velocities.length, this.#velocities.size);
    [...this.#velocities].forEach(([name, velocity], i) => {
      const { tensor } = velocities[i]!;
      checkRestored(name, tensor, velocity.shape);
      velocity.assign(tensor);
    });
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
    checkRestored(variable.name, restored, variable.shape);
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

function registeredVariable(name: string): tf.Variable {
  const variable = tf.engine().registeredVariables[name];
  const requirement = "apply gradients as each must name a variable";
  check(variable !== undefined, RangeError, requirement, `"${name}"`);
  return variable;
}

/** A gradient in the type and shape of what it is for: it may be a number for all of a weight. */
function asGradientOf({ name, shape }: tf.Variable, gradient: tf.Tensor): tf.Tensor {
  const float = gradient.dtype === "float32" ? gradient : tf.cast(gradient, "float32");
  if (`${float.shape}` === `${shape}`) return float;
  const missing = shape.length - float.rank;
  const fits = missing >= 0 &&
    float.shape.every((size, i) => size === 1 || size === shape[missing + i]);
  const requirement = `apply gradients as that of "${name}" must fit [${shape}]`;
  check(fits, TypeError, requirement, `[${float.shape}]`);
  return tf.broadcastTo(float, shape);
}

function checkCount(velocities: number, wanted: number): void {
  if (velocities === wanted) return;
  throw new TypeError(
    `Cannot restore the optimizer as it needs ${wanted} velocities: current value has ${velocities}`,
  );
}

function checkRestored(name: string, velocity: tf.Tensor, shape: number[]): void {
  const requirement =
    `restore the optimizer as the velocity of "${name}" must have shape [${shape}]`;
  check(`${velocity.shape}` === `${shape}`, TypeError, requirement, `[${velocity.shape}]`);
}

function checkRange(name: string, value: number, holds: boolean, wanted: string): void {
  const requirement = `make the optimizer step as ${name} must be ${wanted}`;
  check(holds && Number.isFinite(value), RangeError, requirement, value);
}
