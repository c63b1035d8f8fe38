import { check } from "../check.ts";
import type { Checkpoint } from "./checkpoints/checkpoint.ts";
import {
  type CheckpointedRun,
  type OpenedCheckpoint,
  takeCheckpoint,
} from "./checkpoints/run_checkpoint.ts";
import type { Checkpointable } from "./callback.ts";
import type { Event, Logger, State } from "./engine.ts";
import { evaluateModel } from "./evaluation.ts";
import { checkOptions, type Steps } from "./check_options.ts";
import { EarlyStopping } from "./early_stopping.ts";
import { emptyHistory, type History } from "./history.ts";
import { MovingAverage } from "./moving_average.ts";
import { settingsOf } from "./run_settings.ts";
import type { TrainerOptions } from "./trainer_options.ts";
import { fromChief } from "./workers/chief_result.ts";

const silent: Logger = { logHyperparameters: () => {}, logMetrics: () => {} };

/** A Trainer's run: its state, its listeners, and what must not happen at the same time. */
export class TrainingRun {
  /** Where it stands. */
  readonly state: State;
  /** Its durations. */
  readonly steps: Steps;
  /** Takes counts and measurements. */
  readonly logger: Logger;
  /** The average of its weights, where there is to be one. */
  readonly average: MovingAverage | undefined;
  /** What may stop a `fit`, where something is to. */
  readonly stopping: EarlyStopping | undefined;
  /** The course of the current `fit`, or of the last one. */
  history: History = emptyHistory();
  /** Whether the next `fit` resumes the one that a checkpoint was taken of. */
  resumes = false;
  #fitting = false;
  #agreed = false;
  /** Steps and checkpoints, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @param options what to train, with what, for how long
   * @param trainer whom callbacks are given
   * @throws as {@linkcode checkOptions}
   */
  constructor(readonly options: TrainerOptions, private readonly trainer: Checkpointable) {
    this.steps = checkOptions(options);
    this.logger = options.logger ?? silent;
    this.state = initialState(options, this.steps);
    const { movingAverage, earlyStopping } = this.steps;
    this.average = movingAverage && new MovingAverage(options.model, movingAverage);
    this.stopping = earlyStopping && new EarlyStopping(options.model, earlyStopping);
  }

  /** Whether to end the run after the current step; in a group, whether all workers know that. */
  get aborted(): boolean {
    return this.options.group === undefined ? this.isAsked : this.#agreed;
  }

  /** Whether this worker's signal asks for the run's end. */
  get isAsked(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  /** All workers have learned whether one of them is asked to end the run. */
  agree(stops: boolean): void {
    this.#agreed = stops;
  }

  /** Tells algorithms, then callbacks. */
  async notify(event: Event): Promise<void> {
    this.applyAlgorithms(event);
    for (const callback of this.options.callbacks ?? []) {
      await callback(event, this.state, this.trainer);
    }
  }

  /** Applies the algorithms that match an event. */
  applyAlgorithms(event: Event): void {
    for (const algorithm of this.options.algorithms ?? []) {
      if (algorithm.match(event, this.state)) algorithm.apply(event, this.state, this.logger);
    }
  }

  /**
   * Evaluates the model in inference mode, with the averaged weights where there are some; listeners
   * see those, too.
   *
   * @param measured called with the results before anyone is told
   * @returns the results
   */
  async evaluate(
    measured: (metrics: Record<string, number>) => void = () => {},
  ): Promise<Record<string, number>> {
    const { state, average } = this, wasUsed = average?.isUsed ?? false;
    average?.use();
    try {
      await this.measure();
      measured(state.evaluation);
      this.logger.logMetrics(state.evaluation, state.step);
      await this.notify("evalEnd");
    } finally {
      if (!wasUsed) average?.release();
    }
    return state.evaluation;
  }

  /** Evaluates the model as it is, and tells nobody but the other workers. */
  async measure(): Promise<void> {
    const { evalDataloader, model, metrics = [], group } = this.options;
    const isGiven = evalDataloader !== undefined;
    check(isGiven, TypeError, "evaluate as evalDataloader must be given", evalDataloader);
    const evaluate = () => evaluateModel(model, evalDataloader, metrics, group?.signal);
    this.state.evaluation = await (group === undefined ? evaluate() : fromChief(group, evaluate));
  }

  /**
   * Runs a `fit`, and no other meanwhile.
   *
   * @param fit the loop
   * @returns what it returns
   * @throws {TypeError} if one is running
   */
  async fitAlone<T>(fit: () => Promise<T>): Promise<T> {
    this.checkIdle("fit");
    this.#fitting = true;
    try {
      return await fit();
    } finally {
      this.#fitting = false;
    }
  }

  /** Throws while a `fit` is running. */
  checkIdle(purpose: string): void {
    const { step, totalSteps } = this.state;
    const requirement = `${purpose} as no other fit() must be under way`;
    check(!this.#fitting, TypeError, requirement, `step ${step} of ${totalSteps}`);
  }

  /** Runs a step or a checkpoint after those requested before. */
  inTurn<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(body);
    this.#queue = result.catch(() => {}); // the caller gets the error
    return result;
  }

  /** The run in bytes and JSON. */
  checkpoint(): Promise<Checkpoint> {
    return this.inTurn(() => takeCheckpoint(this.snapshot()));
  }

  /** The run as a checkpoint sees it. */
  snapshot(): CheckpointedRun {
    const { state, history, options, steps, average, stopping } = this;
    return { state, history, settings: settingsOf(options, steps), average, stopping };
  }

  /**
   * Goes to where a checkpoint was taken.
   *
   * @param checkpoint a checkpoint that fits
   */
  async resume({ state, assign }: OpenedCheckpoint): Promise<void> {
    const { step, totalSteps, history } = state;
    const epoch = Math.floor(step / this.state.stepsPerEpoch);
    Object.assign(this.state, { step, epoch, totalSteps, ...lastOf(history) });
    this.history = history;
    this.resumes = true;
    await this.inTurn(assign);
  }

  /** Frees what it holds beside the model and the optimizer. */
  dispose(): void {
    this.average?.dispose();
    this.stopping?.dispose();
  }
}

function initialState({ model, optimizer }: TrainerOptions, steps: Steps): State {
  return {
    model,
    optimizer,
    totalSteps: steps.perFit,
    stepsPerEpoch: steps.perEpoch,
    step: 0,
    epoch: 0,
    microbatches: 0,
    ...lastOf(emptyHistory()),
  };
}

/** What the state has of the last step and evaluation. */
type LastOf = Pick<
  State,
  "loss" | "learningRate" | "stepDurationMs" | "waitDurationMs" | "evaluation"
>;

function lastOf(history: History): LastOf {
  const last = (values: readonly number[]) => values.at(-1) ?? NaN;
  return {
    loss: last(history.losses),
    learningRate: last(history.learningRates),
    stepDurationMs: last(history.stepDurationsMs),
    waitDurationMs: last(history.waitDurationsMs),
    evaluation: history.evaluations.at(-1)?.metrics ?? {},
  };
}
