/**
 * The loop of a `fit`: steps, and what is due between them. {@linkcode Event} has the order.
 *
 * @module
 */
import type * as tf from "../tf.ts";
import { check } from "../check.ts";
import { type Batch, batchesFrom, type Dataloader } from "./dataloader.ts";
import type { State } from "./engine.ts";
import { firstNonFinite } from "./finite_weights.ts";
import {
  emptyHistory,
  type History,
  NonFiniteError,
  NonFiniteLossError,
  NonFiniteWeightsError,
} from "./history.ts";
import { OptimizerSteps } from "./optimizer_steps.ts";
import { learningRateOf, sharedSettingsOf } from "./run_settings.ts";
import {
  afterUpdates,
  type StaleStatistics,
  staleStatistics,
  staleText,
} from "./stale_statistics.ts";
import { isScheduled } from "./train_step.ts";
import type { TrainingRun } from "./training_run.ts";
import { beginTogether } from "./workers/begin_together.ts";

/**
 * Trains a run for as long as its options say, or to the end of the `fit` that it resumes.
 *
 * @param run the run
 * @returns the course of this `fit`
 * @throws as {@linkcode Trainer.fit}
 */
export async function fitRun(run: TrainingRun): Promise<History> {
  const { trainDataloader, optimizer, seed = 0, microbatchSize = Infinity } = run.options;
  const isGiven = trainDataloader !== undefined;
  check(isGiven, TypeError, "fit as trainDataloader must be given", trainDataloader);
  checkLearningRate(optimizer);
  checkEvaluated(run);
  run.average?.release(); // after an earlier `fit` the model has the averages
  if (!run.resumes) {
    run.history = emptyHistory();
    run.state.totalSteps = run.state.step + run.steps.perFit;
    run.stopping?.dispose();
  }
  await begin(run); // what is refused here is refused by all workers: none waits for another
  const partsPerStep = trainDataloader.microbatchesPerBatch ?? 1;
  const afterStep = (step: number) => run.average?.update(step);
  const stops = () => run.isAsked;
  const options = { ...run.options, seed, partsPerStep, microbatchSize, afterStep, stops };
  const steps = new OptimizerSteps(options);
  try {
    const stale = await staleStatistics(run.options.model, run.state.totalSteps);
    await new FitLoop(run, steps, trainDataloader, stale).fit();
  } catch (error) {
    const reason = await run.options.group?.explain?.(error) ?? error;
    giveUp(run, reason);
    throw reason;
  } finally {
    steps.dispose();
  }
  return run.history;
}

/** In a group, makes sure that all workers begin alike. */
async function begin(run: TrainingRun): Promise<void> {
  const { group, model } = run.options, { step, totalSteps } = run.state;
  if (group === undefined) return;
  const settings = { totalSteps, ...sharedSettingsOf(run.options, run.steps) };
  run.agree(await beginTogether(group, { model, step, settings, stops: run.isAsked }));
}

/** Lets no other worker wait for this one; of numbers that are not finite all know. */
function giveUp({ options: { group } }: TrainingRun, error: unknown): void {
  if (group === undefined || error instanceof NonFiniteError) return;
  const reason = error instanceof Error ? error.message : String(error);
  group.abort(`worker ${group.rank} has ended its training: ${reason}`);
}

/** Those that were warned of: a program may train the same network many times. */
const warned = new Set<string>();

/** One `fit` of a run. */
class FitLoop {
  readonly #run: TrainingRun;
  readonly #state: State;
  readonly #steps: OptimizerSteps;
  readonly #dataloader: Dataloader;
  /** What may have to be warned of after the first step, which shows how many microbatches it has. */
  #stale: readonly StaleStatistics[];
  /** Whether there is something that the last "checkpoint" event did not see. */
  #unsaved = false;

  constructor(
    run: TrainingRun,
    steps: OptimizerSteps,
    dataloader: Dataloader,
    stale: readonly StaleStatistics[],
  ) {
    this.#run = run;
    this.#state = run.state;
    this.#steps = steps;
    this.#dataloader = dataloader;
    this.#stale = stale;
  }

  async fit(): Promise<void> {
    const run = this.#run, state = this.#state;
    await run.notify("fitStart");
    if (run.resumes) await this.#pause(); // an abort may have kept an evaluation from being made
    run.resumes = false;
    while (this.#goesOn) {
      await run.notify("epochStart");
      await this.#fitEpoch();
      const isWhole = this.#stepInEpoch === 0;
      if (isWhole) state.epoch++;
      await run.notify("epochEnd");
      if (isWhole) await this.#pause();
    }
    if (state.step >= state.totalSteps) {
      await this.#checkWeights();
      await this.#evaluate();
    }
    if (run.steps.checkpointInterval !== undefined) await this.#notifyCheckpoint();
    await run.inTurn(() => this.#leaveWeights());
    await run.notify("fitEnd");
  }

  /** Gives the model the weights that it is to have after the `fit`: averaged ones, or the best. */
  async #leaveWeights(): Promise<void> {
    const { average, stopping, history, state } = this.#run;
    average?.use();
    if (state.step < state.totalSteps) return; // the run is to go on
    if (history.losses.length < this.#run.steps.perFit) history.stoppedEarly = true;
    const best = stopping?.restoreBest(history.evaluations);
    if (best === undefined) return;
    history.restored = best;
    if (best !== history.evaluations.at(-1)) await this.#run.measure();
  }

  get #goesOn(): boolean {
    return this.#state.step < this.#state.totalSteps && !this.#run.aborted;
  }

  get #stepInEpoch(): number {
    return this.#state.step % this.#state.stepsPerEpoch;
  }

  /** What is left of an epoch: an earlier call may have trained on its first batches. */
  async #fitEpoch(): Promise<void> {
    const parts = batchesFrom(this.#dataloader, this.#state.epoch, this.#stepInEpoch);
    try {
      do {
        await this.#fitStep(parts);
        if (this.#stepInEpoch === 0) return;
        await this.#pause();
      } while (this.#goesOn);
    } finally {
      await parts.return();
    }
  }

  async #fitStep(parts: AsyncIterator<Batch, void>): Promise<void> {
    const run = this.#run, state = this.#state, { history } = run;
    const learningRate = learningRateOf(run.options, state.step, state.totalSteps);
    await run.inTurn(async () => {
      const result = await this.#steps.run(parts, state.step, learningRate);
      const { batchesPerEpoch, microbatchesPerBatch = 1 } = this.#dataloader;
      const each = `${microbatchesPerBatch} part(s) each`;
      const wanted = `have batchesPerEpoch = ${batchesPerEpoch} batches, ${each}`;
      const requirement = `fit as epoch ${state.epoch} must ${wanted}`;
      check(result !== undefined, RangeError, requirement, this.#stepInEpoch);
      const { stops, ...reported } = result;
      Object.assign(state, reported, { learningRate, step: state.step + 1 });
      run.agree(stops > 0);
      history.losses.push(state.loss);
      history.learningRates.push(learningRate);
      history.stepDurationsMs.push(state.stepDurationMs);
      history.waitDurationsMs.push(state.waitDurationMs);
    });
    this.#unsaved = true;
    this.#warnOfStatistics();
    run.logger.logMetrics({ loss: state.loss, learningRate }, state.step);
    if (!Number.isFinite(state.loss)) throw new NonFiniteLossError(history);
    await run.notify("stepEnd");
    await new Promise((resolve) => setTimeout(resolve)); // lets signals and timers in
  }

  /** Statistics that hardly move make evaluations worthless, and nothing else would tell. */
  #warnOfStatistics(): void {
    const updates = this.#state.totalSteps * this.#state.microbatches;
    const stale = afterUpdates(this.#stale, updates);
    this.#stale = [];
    if (stale.length === 0) return;
    const { message, advice } = staleText(stale, updates);
    // Not by the layers' names, which TensorFlow.js numbers on from model to model.
    const kind = JSON.stringify([updates, stale.map(({ momentum }) => momentum)]);
    this.#warn(`${message}. ${advice}`, kind);
  }

  #warn(text: string, kind: string): void {
    const { logger, options: { group } } = this.#run;
    if (group !== undefined && group.rank > 0) return; // the chief says it
    if (logger.logWarning !== undefined) return logger.logWarning(text);
    if (!warned.has(kind)) console.warn(text);
    warned.add(kind);
  }

  /** What is due between two steps; after the last one `fit` itself does it. */
  async #pause(): Promise<void> {
    const { evalInterval, checkpointInterval = 0 } = this.#run.steps;
    const isDue = (interval: number) => this.#goesOn && this.#state.step % interval === 0;
    if (this.#state.step === 0) return; // what is restored may be of before the first one
    if (isDue(evalInterval)) {
      await this.#checkWeights();
      await this.#evaluate();
    }
    if (isDue(checkpointInterval)) await this.#notifyCheckpoint();
  }

  /** As seldom as an evaluation, beside which it costs nothing: see {@linkcode firstNonFinite}. */
  async #checkWeights(): Promise<void> {
    if (this.#run.aborted || this.#state.step === 0) return;
    const name = await firstNonFinite(this.#state.model);
    if (name === undefined) return;
    throw new NonFiniteWeightsError(name, this.#run.history, "go on training");
  }

  async #evaluate(): Promise<void> {
    const { history: { evaluations }, options: { evalDataloader } } = this.#run;
    const { step } = this.#state;
    if (evalDataloader === undefined || this.#run.aborted) return;
    if (evaluations.at(-1)?.step === step) return; // before the checkpoint that was restored
    await this.#run.evaluate((metrics) => {
      evaluations.push({ step, metrics });
      if (this.#run.stopping?.sees(evaluations)) this.#stop();
    });
    this.#unsaved = true;
  }

  /** Makes this step the last one, for what watches the run and for what resumes it. */
  #stop(): void {
    this.#state.totalSteps = this.#state.step;
  }

  async #notifyCheckpoint(): Promise<void> {
    if (!this.#unsaved) return;
    this.#unsaved = false;
    await this.#run.notify("checkpoint");
  }
}

function checkEvaluated({ stopping, options: { evalDataloader } }: TrainingRun): void {
  const isGiven = stopping === undefined || evalDataloader !== undefined;
  const requirement = "fit with earlyStopping as evalDataloader must be given";
  check(isGiven, TypeError, requirement, evalDataloader);
}

function checkLearningRate(optimizer: tf.Optimizer): void {
  if (!isScheduled(optimizer)) return;
  const { learningRate: is, initialLearningRate: must } = optimizer;
  const requirement =
    `fit as learningRate, which a schedule is for, must be initialLearningRate = ${must}`;
  check(is === must, RangeError, requirement, is);
}
