import * as tf from "../tf.ts";
import { type Batch, type Dataloader, disposeBatch } from "./dataloader.ts";
import { type Duration, durationInSteps } from "./duration.ts";
import type { Algorithm, Callback, Event, Logger, State } from "./engine.ts";
import { evaluateModel } from "./evaluation.ts";
import { emptyHistory, type History, NonFiniteLossError } from "./history.ts";
import type { Metric } from "./metrics.ts";
import type { Schedule } from "./schedules.ts";
import type { Loss } from "./losses.ts";
import { isScheduled, type TrainStep, trainStep } from "./train_step.ts";

/** What a {@linkcode Trainer} trains, with what, and for how long. */
export interface TrainerOptions {
  /** The model; it stays the caller's, who disposes of it. */
  model: tf.LayersModel;
  /** The optimizer; it stays the caller's, too. */
  optimizer: tf.Optimizer;
  /** The loss of labels and logits. */
  loss: Loss;
  /**
   * Metrics of the evaluations.
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
   * How long `fit` trains.
   *
   * @default {"1ep"}
   */
  maxDuration?: Duration | undefined;
  /**
   * How often `fit` evaluates, if there is an `evalDataloader`; it does so at the end in any case.
   *
   * @default {"1ep"}
   */
  evalInterval?: Duration | undefined;
  /** Factors of the optimizer's learning rate, step by step; constant without. */
  schedule?: Schedule | undefined;
  /**
   * Seeds the random numbers inside of the steps. An integer.
   *
   * @default {0}
   */
  seed?: number | undefined;
  /** Ends the run after the step under way. */
  signal?: AbortSignal | undefined;
}

const silent: Logger = { logHyperparameters: () => {}, logMetrics: () => {} };

/**
 * Trains and evaluates a LayersModel. Algorithms change the training at its events, callbacks watch
 * it. Where the backend can, a step is captured and runs as one function.
 *
 * @see mosaicml/composer, `composer/trainer`
 */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #logger: Logger;
  readonly #state: State;
  readonly #stepsPerFit: number;

  /**
   * Applies the algorithms that match `init`.
   *
   * @param options what to train, with what, for how long
   * @throws {TypeError} if a schedule is given for an optimizer that cannot follow one
   * @throws {RangeError} if a duration is not one, or `trainDataloader` has no batches
   */
  constructor(options: TrainerOptions) {
    if (options.schedule !== undefined && !isScheduled(options.optimizer)) {
      throw new TypeError(
        "Cannot schedule the learning rate as the optimizer must have setLearningRate: " +
          `${options.optimizer.getClassName()} has none, take one of optimizers`,
      );
    }
    this.#options = options;
    this.#logger = options.logger ?? silent;
    this.#state = initialState(options);
    this.#stepsPerFit = this.#state.totalSteps;
    this.#applyAlgorithms("init");
  }

  /** Where the run stands. */
  get state(): Readonly<State> {
    return this.#state;
  }

  /**
   * Trains for `maxDuration`. A second call trains on, for as long again, from the batch where the
   * first one ended; the schedule then goes by the longer run.
   *
   * @returns the course of what this call trained
   * @throws {TypeError} if there is no `trainDataloader`
   * @throws {RangeError} if it gives fewer batches than it says
   * @throws {NonFiniteLossError} if the loss becomes NaN or infinite
   */
  async fit(): Promise<History> {
    const { trainDataloader, model, optimizer, loss } = this.#options;
    if (trainDataloader === undefined) {
      throw new TypeError("Cannot fit as trainDataloader must be given");
    }
    const history = emptyHistory();
    const step = trainStep(model, optimizer, loss);
    try {
      await this.#notify("fitStart");
      await this.#fitEpochs(step, trainDataloader, history);
      await this.#evaluateInto(history);
      await this.#notify("fitEnd");
    } finally {
      step.dispose();
    }
    return history;
  }

  /**
   * Evaluates the model on every batch of `evalDataloader`, in inference mode.
   *
   * @returns each metric's result by its name
   * @throws {TypeError} if there is no `evalDataloader`
   */
  async evaluate(): Promise<Record<string, number>> {
    const { evalDataloader, model, metrics = [] } = this.#options;
    if (evalDataloader === undefined) {
      throw new TypeError("Cannot evaluate as evalDataloader must be given");
    }
    this.#state.evaluation = await evaluateModel(model, evalDataloader, metrics);
    this.#logger.logMetrics(this.#state.evaluation, this.#state.step);
    await this.#notify("evalEnd");
    return this.#state.evaluation;
  }

  async #fitEpochs(step: TrainStep, dataloader: Dataloader, history: History): Promise<void> {
    const state = this.#state;
    state.totalSteps = state.step + this.#stepsPerFit;
    while (state.step < state.totalSteps && !this.#aborted) {
      await this.#notify("epochStart");
      await this.#fitEpoch(step, dataloader, history);
      if (state.step % state.stepsPerEpoch === 0) state.epoch++;
      await this.#notify("epochEnd");
    }
  }

  /** What is left of an epoch: an earlier call may have trained on its first batches. */
  async #fitEpoch(step: TrainStep, dataloader: Dataloader, history: History): Promise<void> {
    const state = this.#state;
    const { evalInterval = "1ep" } = this.#options;
    const interval = durationInSteps(evalInterval, state.stepsPerEpoch, "evalInterval");
    const done = state.step % state.stepsPerEpoch;
    let given = 0;
    for await (const batch of dataloader.batches(state.epoch)) {
      if (given++ < done) {
        disposeBatch(batch);
        continue;
      }
      await this.#fitStep(step, batch, history);
      const ends = state.step >= state.totalSteps;
      if (interval > 0 && state.step % interval === 0 && !ends) await this.#evaluateInto(history);
      if (ends || this.#aborted || given === state.stepsPerEpoch) return;
    }
    throw new RangeError(
      `Cannot fit as trainDataloader must give batchesPerEpoch = ${state.stepsPerEpoch} batches an ` +
        `epoch: epoch ${state.epoch} gave ${given}`,
    );
  }

  async #fitStep(step: TrainStep, batch: Batch, history: History): Promise<void> {
    const state = this.#state;
    state.learningRate = this.#learningRate();
    const learningRate = tf.scalar(Number.isNaN(state.learningRate) ? 0 : state.learningRate);
    const seed = tf.tensor1d([stepSeed(this.#options.seed ?? 0, state.step)], "int32");
    const start = performance.now();
    try {
      const loss = step(batch.x, batch.y, learningRate, seed);
      state.loss = (await loss.data())[0]!;
      state.stepDurationMs = performance.now() - start;
      loss.dispose();
    } finally {
      tf.dispose([learningRate, seed]);
      disposeBatch(batch);
    }
    state.step++;
    history.losses.push(state.loss);
    history.learningRates.push(state.learningRate);
    history.stepDurationsMs.push(state.stepDurationMs);
    this.#logger.logMetrics({ loss: state.loss, learningRate: state.learningRate }, state.step);
    if (!Number.isFinite(state.loss)) throw new NonFiniteLossError(history);
    await this.#notify("stepEnd");
    await new Promise((resolve) => setTimeout(resolve)); // lets signals and timers in
  }

  #learningRate(): number {
    const { optimizer, schedule } = this.#options;
    if (!isScheduled(optimizer)) return NaN;
    const factor = schedule?.(this.#state.step, this.#state.totalSteps) ?? 1;
    return optimizer.initialLearningRate * factor;
  }

  async #evaluateInto(history: History): Promise<void> {
    if (this.#options.evalDataloader === undefined || this.#aborted) return;
    history.evaluations.push({ step: this.#state.step, metrics: await this.evaluate() });
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  #applyAlgorithms(event: Event): void {
    for (const algorithm of this.#options.algorithms ?? []) {
      if (algorithm.match(event, this.#state)) algorithm.apply(event, this.#state, this.#logger);
    }
  }

  async #notify(event: Event): Promise<void> {
    this.#applyAlgorithms(event);
    for (const callback of this.#options.callbacks ?? []) await callback(event, this.#state);
  }
}

function initialState(options: TrainerOptions): State {
  const { model, optimizer, trainDataloader, maxDuration = "1ep", evalInterval = "1ep" } = options;
  const stepsPerEpoch = trainDataloader?.batchesPerEpoch ?? 0;
  if (trainDataloader !== undefined && !(Number.isInteger(stepsPerEpoch) && stepsPerEpoch >= 1)) {
    throw new RangeError(
      "Cannot train as trainDataloader's batchesPerEpoch must be an integer >= 1: " +
        `current value is ${stepsPerEpoch}`,
    );
  }
  durationInSteps(evalInterval, stepsPerEpoch, "evalInterval");
  return {
    model,
    optimizer,
    totalSteps: durationInSteps(maxDuration, stepsPerEpoch, "maxDuration"),
    stepsPerEpoch,
    step: 0,
    epoch: 0,
    loss: NaN,
    learningRate: NaN,
    stepDurationMs: NaN,
    evaluation: {},
  };
}

/** Neighbouring seeds and steps must not share random numbers: multiply by odd constants, in 32 bits. */
function stepSeed(seed: number, step: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(step, 0x85ebca6b)) | 0;
}
