import type * as tf from "../tf.ts";
import { check, isInteger } from "../check.ts";
import type { RunSettings } from "./checkpoints/state.ts";
import type { Dataloader } from "./dataloader.ts";
import { type Duration, durationInSteps } from "./duration.ts";
import type { Callback } from "./callback.ts";
import type { Algorithm, Logger } from "./engine.ts";
import type { Loss } from "./losses.ts";
import { checkRecompute, type Recompute } from "./recomputation/apply_recomputed.ts";
import { type Metric, resultsOf } from "./metrics/metric.ts";
import type { Schedule } from "./schedules.ts";
import { isScheduled } from "./train_step.ts";

/** What a {@linkcode Trainer} trains, with what, and for how long. */
export interface TrainerOptions {
  /** The model; it stays the caller's, who disposes of it. */
  model: tf.LayersModel;
  /** The optimizer; it stays the caller's, too. */
  optimizer: tf.Optimizer;
  /** The loss of labels and logits. */
  loss: Loss;
  /**
   * Metrics of the evaluations, each with a unique name.
   *
   * @default {[]}
   */
  metrics?: Metric[] | undefined;
  /**
   * Changes to training, applied in this order.
   *
   * @default {[]}
   */
  algorithms?: Algorithm[] | undefined;
  /** Watch the run. */
  callbacks?: Callback[] | undefined;
  /** Takes counts and measurements. */
  logger?: Logger | undefined;
  /** The batches to train on; needed by `fit`. */
  trainDataloader?: Dataloader | undefined;
  /** The batches to evaluate on; needed by `evaluate`. */
  evalDataloader?: Dataloader | undefined;
  /**
   * Cuts what the dataloader gives into microbatches of at most this many images, whose gradients
   * add up to one optimizer step: the memory of a small batch, the step of a large one. An integer
   * >= 1; without it, nothing is cut.
   *
   * The step's loss is the mean of the microbatches' losses, weighted by their images. For a loss
   * that is a mean over images this is the loss of the whole batch. One that is a mean over
   * *labelled pixels* is not quite: a pixel in a microbatch with few labelled ones counts more.
   * Batch normalization takes its statistics over a microbatch, and its moving statistics take a
   * step with each, as in PyTorch; group normalization sees no difference. Standardized kernels are
   * standardized once a step, and regularization losses count once.
   */
  microbatchSize?: number | undefined;
  /**
   * What is computed again for the gradient instead of being kept in memory:
   *
   * - `"normalization"`: what normalization layers and the activations after them give. Little
   *   memory for little time.
   * - `"blocks"`: everything inside of blocks of layers, into which the model is cut so that the
   *   most is saved. The most memory, for one more forward pass.
   *
   * Losses, weights and statistics are the same to the last digit. {@linkcode applyRecomputed} says
   * what a model must be like. Without it nothing is computed twice.
   */
  recompute?: Recompute | undefined;
  /**
   * How long `fit` trains.
   *
   * @default {"1ep"}
   */
  maxDuration?: Duration | undefined;
  /**
   * How often `fit` evaluates, if there is an `evalDataloader`; it does so at the end in any case.
   * A fraction of an epoch is rounded to whole steps once, `"0.25ep"` of 10 steps to every third
   * one, and counted from the run's first step. `"0ep"`: at the end only.
   *
   * @default {"1ep"}
   */
  evalInterval?: Duration | undefined;
  /**
   * How often `fit` notifies `"checkpoint"`; it then does so at the end and after an abort, too.
   * Without it, never; `"0ep"`: at the end and after an abort only.
   */
  checkpointInterval?: Duration | undefined;
  /**
   * Factors of the optimizer's learning rate, step by step; constant without. The Trainer sets the
   * learning rate at each step to `initialLearningRate` times the factor.
   */
  schedule?: Schedule | undefined;
  /**
   * Seeds the random numbers inside of the steps. An integer.
   *
   * @default {0}
   */
  seed?: number | undefined;
  /** Ends the run after the current step. */
  signal?: AbortSignal | undefined;
}

/** Durations of a run, in steps. */
export interface Steps {
  perEpoch: number;
  perFit: number;
  evalInterval: number;
  /** Nothing where no checkpoints are notified. */
  checkpointInterval: number | undefined;
}

/**
 * Checks a Trainer's options as far as it can without a step.
 *
 * @param options the options, of whatever type they are
 * @returns the durations that they give, in steps
 * @throws {TypeError} if model, optimizer or loss is missing or invalid, or if there is a schedule
 * for an optimizer that cannot follow one
 * @throws {RangeError} if a number or duration is out of range, or two metrics have one name
 */
export function checkOptions(options: TrainerOptions): Steps {
  const { model, optimizer, loss, metrics = [], schedule, trainDataloader } = options;
  const isModel = Array.isArray(model?.layers), isOptimizer = "applyGradients" in (optimizer ?? {});
  check(isModel, TypeError, "train as model must be a LayersModel", model);
  check(isOptimizer, TypeError, "train as optimizer must be an optimizer", optimizer);
  check(loss instanceof Function, TypeError, "train as loss must be a function", loss);
  if (schedule !== undefined && !isScheduled(optimizer)) {
    throw new TypeError(
      "Cannot schedule the learning rate as the optimizer must have setLearningRate: " +
        `${optimizer.getClassName()} has none, take one of optimizers`,
    );
  }
  if (options.recompute !== undefined) checkRecompute(model, options.recompute);
  const names = metrics.flatMap((metric) => Object.keys(resultsOf(metric)));
  const areUnique = new Set(names).size === names.length;
  check(areUnique, RangeError, "train as metrics must have names of their own", names);
  const { batchesPerEpoch = 0, microbatchesPerBatch = 1 } = trainDataloader ?? {};
  const { microbatchSize = 1, seed = 0 } = options;
  if (trainDataloader !== undefined) {
    checkCount("batchesPerEpoch", batchesPerEpoch);
  }
  checkCount("microbatchesPerBatch", microbatchesPerBatch);
  checkCount("microbatchSize", microbatchSize);
  check(Number.isInteger(seed), RangeError, "train as seed must be an integer", seed);
  return stepsOf(options, batchesPerEpoch);
}

/**
 * What a run must have in common with a checkpoint to go on from it.
 *
 * @param options the run's
 * @param steps its durations
 * @returns values by the names of options
 */
export function settingsOf(options: TrainerOptions, steps: Steps): RunSettings {
  const { optimizer, algorithms = [], trainDataloader, microbatchSize = 0, seed = 0 } = options;
  // A schedule is a function, and cannot be compared but by what it gives.
  const some = [0, Math.floor(steps.perFit / 2), steps.perFit - 1];
  return {
    optimizer: `${optimizer.getClassName()} ${JSON.stringify(optimizer.getConfig())}`,
    algorithms: algorithms.map(({ name }) => name).join(", "),
    seed,
    maxDuration: `${steps.perFit}ba`,
    batchesPerEpoch: steps.perEpoch,
    evalInterval: `${steps.evalInterval}ba`,
    microbatchSize,
    microbatchesPerBatch: trainDataloader?.microbatchesPerBatch ?? 1,
    schedule: `${some.map((step) => learningRateOf(options, step, steps.perFit))}`,
  };
}

/**
 * The learning rate of a step.
 *
 * @param options the run's
 * @param step the step, counted from 0
 * @param totalSteps steps in the whole run
 * @returns the rate; NaN where the optimizer has its own
 */
export function learningRateOf(
  { optimizer, schedule }: TrainerOptions,
  step: number,
  totalSteps: number,
): number {
  if (!isScheduled(optimizer)) return NaN;
  return optimizer.initialLearningRate * (schedule?.(step, totalSteps) ?? 1);
}

function stepsOf(options: TrainerOptions, perEpoch: number): Steps {
  const { maxDuration = "1ep", evalInterval = "1ep", checkpointInterval } = options;
  return {
    perEpoch,
    perFit: durationInSteps(maxDuration, perEpoch, "maxDuration"),
    evalInterval: durationInSteps(evalInterval, perEpoch, "evalInterval"),
    checkpointInterval: checkpointInterval &&
      durationInSteps(checkpointInterval, perEpoch, "checkpointInterval"),
  };
}

function checkCount(name: string, value: number): void {
  check(isInteger(value, 1), RangeError, `train as ${name} must be an integer >= 1`, value);
}
