import type * as tf from "../tf.ts";

/**
 * The moments of a training run. `init` comes once, when the Trainer is made. A `fit` then gives
 *
 * ```text
 * fitStart
 *   epochStart
 *     stepEnd                 after each optimizer step
 *     evalEnd                 where an evaluation is due, after its stepEnd
 *     checkpoint              where a checkpoint is due, after both
 *   epochEnd                  the last step's evalEnd and checkpoint come after it
 *   …
 *   evalEnd                   once at the end, unless the run was aborted
 *   checkpoint                once at the end or after an abort, with a checkpointInterval
 * fitEnd
 * ```
 *
 * A `fit` that goes on in the middle of an epoch, or ends there, gives `epochStart` and `epochEnd`
 * for its part of it. An evaluation or a checkpoint is due at the multiples of its interval, in
 * steps from the run's first one, whatever epoch or `fit` they fall into. After an abort there is
 * only the checkpoint; a run that is resumed evaluates first where the abort kept it from doing so.
 */
export type Event =
  | "init"
  | "fitStart"
  | "epochStart"
  | "stepEnd"
  | "evalEnd"
  | "checkpoint"
  | "epochEnd"
  | "fitEnd";

/** Where a training run stands. Algorithms may change `model`'s layers in place at `init`. */
export interface State {
  /** The model that is trained. */
  readonly model: tf.LayersModel;
  /** The optimizer that trains it. */
  readonly optimizer: tf.Optimizer;
  /** Steps in the whole run; another `fit` makes it longer. */
  totalSteps: number;
  /** Steps in an epoch. */
  readonly stepsPerEpoch: number;
  /** Optimizer steps done so far. */
  step: number;
  /** Epochs begun before this one. */
  epoch: number;
  /** The last step's loss; NaN before the first. */
  loss: number;
  /**
   * The last step's learning rate; NaN before the first, or if the optimizer does not report it.
   */
  learningRate: number;
  /** How many microbatches the last step had; 0 before the first. */
  microbatches: number;
  /**
   * How long the last step took, the reading of its loss included, the wait for its batch not; NaN
   * before the first.
   */
  stepDurationMs: number;
  /** How long the last step waited for its batch; NaN before the first. */
  waitDurationMs: number;
  /** The last evaluation's metrics by name. */
  evaluation: Record<string, number>;
}

/** Receives what a run reports. */
export interface Logger {
  /** Facts of the run, told once: settings, counts. */
  logHyperparameters(values: Record<string, string | number>): void;
  /** Measurements at a step. */
  logMetrics(values: Record<string, number>, step: number): void;
  /**
   * Takes a warning about the run, with what to do: so far of normalizations whose statistics hardly
   * move. Without it that goes to `console.warn`, once for networks and runs that are alike.
   */
  logWarning?(message: string): void;
}

/** A change to training that can be switched on beside others: Composer's word for a method. */
export interface Algorithm {
  /** The name that reports show. */
  readonly name: string;
  /** Whether `apply` is to be called at this event. */
  match(event: Event, state: State): boolean;
  /** Makes the change. */
  apply(event: Event, state: State, logger: Logger): void;
}
