import type * as tf from "../tf.ts";

/** The moments of a training run, in the order in which they come. */
export type Event =
  | "init"
  | "fitStart"
  | "epochStart"
  | "stepEnd"
  | "evalEnd"
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
  /** The last step's learning rate; NaN before the first, or where the optimizer does not tell. */
  learningRate: number;
  /** How long the last step took, the reading of its loss included; NaN before the first. */
  stepDurationMs: number;
  /** The last evaluation's metrics by name. */
  evaluation: Record<string, number>;
}

/** Takes what a run has to tell. */
export interface Logger {
  /** Facts of the run, told once: settings, counts. */
  logHyperparameters(values: Record<string, string | number>): void;
  /** Measurements at a step. */
  logMetrics(values: Record<string, number>, step: number): void;
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

/** Watches a run without changing it: progress bars, memory samples. */
export type Callback = (event: Event, state: State) => void | Promise<void>;
