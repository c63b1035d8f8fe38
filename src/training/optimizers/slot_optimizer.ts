import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import {
  asGradientOf,
  checkRange,
  type NamedTensor,
  registeredVariable,
  say,
} from "./optimizer_arguments.ts";
import { type SlotKind, Slots } from "./slots.ts";

/** What every optimizer here is given. */
export interface SlotOptions {
  /** The learning rate of the first step; a schedule's factors multiply it. */
  learningRate: number;
  /**
   * Weight decay, of all parameters.
   *
   * @default {0}
   */
  weightDecay?: number | undefined;
}

/**
 * Learning rate, what is kept of each weight, and checkpoints of an optimizer. All that it keeps is
 * zeros before the first step, so that {@linkcode build} can create it before any step.
 *
 * A step that is recorded once and replayed must take its learning rate from a tensor, see
 * {@linkcode setLearningRate}, and find what is kept built.
 */
export abstract class SlotOptimizer extends tf.Optimizer {
  /** The learning rate that a schedule's factors multiply. */
  readonly initialLearningRate: number;
  /** Weight decay. */
  readonly weightDecay: number;
  #learningRate: number | tf.Scalar;
  readonly #slots: Slots;

  /**
   * @param options learning rate and weight decay
   * @param kinds what is kept of each weight
   * @param nouns what errors call all of it
   * @throws {RangeError} if one of the numbers is out of range
   */
  constructor(
    { learningRate, weightDecay = 0 }: SlotOptions,
    kinds: readonly SlotKind[],
    nouns: string,
  ) {
    super();
    checkRange("learningRate", learningRate, learningRate > 0, "> 0");
    checkRange("weightDecay", weightDecay, weightDecay >= 0, ">= 0");
    this.initialLearningRate = this.#learningRate = learningRate;
    this.weightDecay = weightDecay;
    this.#slots = new Slots(kinds, nouns);
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
   * Creates what is kept of variables of which nothing is yet, without a step.
   *
   * @param variables all that the optimizer will update; their order is that of checkpoints
   * @throws {TypeError} if a checkpoint was restored that has another number of tensors, or one
   *   of another shape; nothing is created then
   */
  build(variables: readonly tf.Variable[]): void {
    this.#slots.build(variables);
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

  /**
   * Updates weights, and what is kept of them, by assigning to both.
   *
   * @param gradients by weight, each of its shape
   * @param learningRate float32 scalar
   */
  protected abstract update(
    gradients: ReadonlyMap<tf.Variable, tf.Tensor>,
    learningRate: tf.Scalar,
  ): void;

  /** What is kept of a weight, in the order of the kinds. */
  protected slotsOf(weight: tf.Variable): readonly tf.Variable[] {
    return this.#slots.of(weight);
  }

  #update(gradients: ReadonlyMap<tf.Variable, tf.Tensor>): void {
    const rate = this.#learningRate;
    const isGone = typeof rate !== "number" && rate.isDisposed;
    const requirement = "apply gradients as the learning rate must outlive the steps that use it";
    check(!isGone, TypeError, requirement, "a tensor that has been disposed");
    this.update(gradients, typeof rate === "number" ? tf.scalar(rate) : rate);
  }

  /** Frees what is kept. The variables stay. */
  override dispose(): void {
    this.#slots.dispose();
  }

  /**
   * The state for a checkpoint.
   *
   * @returns the number of steps, a new tensor that the caller disposes of, then what is kept, kind
   * by kind, each in the order of {@linkcode build} or of the first step; before either what was
   * restored
   */
  override async getWeights(): Promise<NamedTensor[]> {
    return [await this.saveIterations(), ...this.#slots.named()];
  }

  /**
   * Restores a checkpoint: before the first step, or after it. Order tells what is whose, as a model
   * that is built a second time names its variables differently.
   *
   * @param weightValues as {@linkcode getWeights} gave them; they stay the caller's
   * @throws {TypeError} if number or shapes differ from what is kept, at once where that exists or
   *   nothing is, else in {@linkcode build}; a first step without that takes as many as it has
   *   variables. Nothing is restored then
   */
  override async setWeights(weightValues: NamedTensor[]): Promise<void> {
    this.#slots.checkFit(weightValues.slice(1));
    this.#slots.restore(await this.extractIterations(weightValues));
  }

  /** The constructor's options, for saved models. */
  override getConfig(): tf.serialization.ConfigDict {
    const { initialLearningRate: learningRate, weightDecay } = this;
    return { learningRate, weightDecay };
  }
}
