import type * as tf from "../../src/tf.ts";
import { convolutionsInExecutionOrder } from "../../src/standardization/execution_order.ts";
import { DataError } from "../../datasets/errors.ts";
import type { Callback } from "../../src/training/callback.ts";
import type { Logger } from "../../src/training/engine.ts";
import { emptyHistory, type History, NonFiniteError } from "../../src/training/history.ts";
import { ConfusionMatrix, type Metric } from "../../src/training/metrics.ts";
import { Trainer } from "../../src/training/trainer.ts";
import { courseOf, finalMetrics, timingOf } from "./cell/course.ts";
import type { CellFacts, CellOptions } from "./cell/options.ts";
import { type ProgressWatch, skippedWarnings, watchProgress } from "./cell/progress.ts";
import { UsageError } from "../ground/errors.ts";
import { oneLine } from "../ground/format.ts";
import { toldOfMemory } from "../ground/memory.ts";
import { OwnAlgorithmError } from "./own_algorithm.ts";
import type { PlannedArm } from "./plan.ts";
import { changedWeights, weightDigests } from "./pairing/weight_digests.ts";
import { countParameters } from "../tasks/parameters.ts";
import { asked, refused } from "../ground/refused.ts";
import type { CellRecord, CellStatus, Prediction } from "../record/mod.ts";
import type { ClosableDataloader } from "../tasks/task.ts";

/**
 * Trains and evaluates one arm with one seed.
 *
 * @param seed the seed of the initial weights, the batches and their augmentation
 * @returns the record; where numbers became non-finite, an error or a signal came, with what there
 * was
 * @throws {UsageError} if what it is to go on from is another model's or run's, it begins from other
 * weights than another arm, or the library refuses a value of the profile
 */
export async function runCell(
  arm: PlannedArm,
  seed: number,
  options: CellOptions,
): Promise<CellRecord> {
  const { task } = arm;
  const dataloader = task.trainDataloader(seed);
  const evalDataloader = task.evalDataloader();
  const loaders = dataloader === undefined ? [evalDataloader] : [dataloader, evalDataloader];
  const watch = watchProgress(loaders, options.saved);
  const model = asked(() => task.makeModel(seed, arm));
  const optimizer = asked(() => task.makeOptimizer());
  try {
    const made = await weightDigests(model);
    // What is gone on with began from its own weights, which a checkpoint of an earlier version lacks.
    const initialWeights = options.saved === undefined
      ? made
      : options.saved.progress.initialWeights;
    if (initialWeights !== undefined) options.checkPaired(initialWeights);
    const loaded = { dataloader, evalDataloader };
    const weights = { made, initialWeights };
    return await recordOf({ arm, seed, options, watch, model, optimizer, ...weights, ...loaded });
  } catch (error) {
    throw refused(error);
  } finally {
    await dataloader?.close?.();
    optimizer.dispose();
    model.dispose();
  }
}

/** A cell under way. */
interface Cell {
  arm: PlannedArm;
  seed: number;
  options: CellOptions;
  watch: ProgressWatch;
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
  dataloader: ClosableDataloader | undefined;
  evalDataloader: ClosableDataloader;
  /** The digests of the model as made. */
  made: Record<string, string>;
  /** Those of the model that the cell began with, where they are known. */
  initialWeights: Record<string, string> | undefined;
}

async function recordOf(cell: Cell): Promise<CellRecord> {
  const { arm: { name, algorithms, task, profile }, seed, model, options: { keeper } } = cell;
  const facts: CellFacts = { parameterCount: countParameters(model), hyperparameters: {} };
  const metrics = task.makeMetrics();
  const trainer = trainerOf(cell, metrics, facts);
  const altered = changedWeights(cell.made, await weightDigests(model));
  await restore(trainer, cell);
  const { history, status, error, predictions } = await train(trainer, cell);
  const done = status === "done";
  const confusion = metrics.find((metric) => metric instanceof ConfusionMatrix);
  const { skipped, resumedAt, ...spent } = cell.watch.now();
  const { initialWeights } = cell;
  const { warnings, ...kept } = await keeper.kept(history);
  return {
    arm: name,
    seed,
    algorithms: algorithms.map(String),
    status,
    ...(error !== undefined && { error }),
    standardizedCount: Number(
      facts.hyperparameters["WeightStandardization/num_weights_standardized"] ?? 0,
    ),
    convolutionCount: convolutionsInExecutionOrder(model).layers.length,
    parameterCount: facts.parameterCount,
    ...(initialWeights !== undefined && { initialWeights }),
    ...(altered.length > 0 && { alteredWeights: altered }),
    metrics: done ? finalMetrics(history) : {},
    ...scoresOf(done ? confusion : undefined),
    ...courseOf(history, trainer.state.stepsPerEpoch),
    ...timingOf(history, resumedAt, task.batchSize),
    batchSize: task.batchSize,
    ...(profile.microbatchSize > 0 && { microbatchSize: profile.microbatchSize }),
    predictions,
    ...kept,
    ...spent,
    ...(resumedAt.length > 0 && { resumedAt }),
    ...(skipped.length > 0 && { skippedCount: skipped.length }),
    warnings: [...skippedWarnings(skipped), ...warnings],
  };
}

/** Where every class is scored by its IoU, those too. */
function scoresOf(
  confusion: ConfusionMatrix | undefined,
): Pick<CellRecord, "classIou" | "confusion"> {
  if (confusion === undefined) return { classIou: [] };
  const isScored = "mIoU" in confusion.results();
  return { classIou: isScored ? confusion.perClass() : [], confusion: confusion.counts() };
}

function trainerOf(cell: Cell, metrics: Metric[], facts: CellFacts): Trainer {
  const { arm, seed, options: { callbacks, keeper, signal }, watch } = cell;
  const { task, profile: { duration, microbatchSize, checkpointInterval } } = arm;
  const logger: Logger = {
    logHyperparameters: (values) => Object.assign(facts.hyperparameters, values),
    logMetrics: () => {},
  };
  return new Trainer({
    model: cell.model,
    optimizer: cell.optimizer,
    loss: task.loss,
    metrics,
    algorithms: [...arm.algorithms],
    callbacks: [watch.callback, ...callbacks(facts), keeper.callback, saving(cell)],
    logger,
    trainDataloader: cell.dataloader,
    evalDataloader: cell.evalDataloader,
    maxDuration: duration,
    evalInterval: `${evalIntervalOf(arm)}ba`,
    checkpointInterval,
    ...(microbatchSize > 0 && { microbatchSize }),
    schedule: task.schedule,
    seed,
    signal,
  });
}

function saving({ options, watch, initialWeights }: Cell): Callback {
  return async (event, state, trainer) => {
    if (event !== "checkpoint" || watch.complete) return; // the record is about to be written
    const checkpoint = await trainer.checkpoint();
    const progress = { ...watch.now(), ...(initialWeights !== undefined && { initialWeights }) };
    await options.save({ step: state.step, checkpoint, progress }, state);
  };
}

/** Evaluations are evenly spread. */
function evalIntervalOf({ steps, profile: { evaluations } }: PlannedArm): number {
  return Math.max(1, Math.round(steps / evaluations));
}

/** A checkpoint that does not fit is another run's, or was edited. */
async function restore(
  trainer: Trainer,
  { arm, seed, options: { saved } }: Cell,
): Promise<void> {
  if (saved === undefined) return;
  try {
    await trainer.restore(saved.checkpoint);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(
      `Cannot go on with ${arm.name}, seed ${seed}, at step ${saved.step}: ${error.message}; ` +
        "--force begins the run anew",
      { cause: error },
    );
  }
}

interface Outcome {
  history: History;
  status: CellStatus;
  error?: string;
  predictions: Prediction[];
}

/**
 * Numbers that are not finite end the cell, which keeps its curve; so does an error after its first
 * step. One before, or one that its user can put right, would end each cell: it ends the run.
 */
async function train(
  trainer: Trainer,
  { arm: { task }, model, dataloader, watch, options: { saved, onBreak, keeper } }: Cell,
): Promise<Outcome> {
  try {
    const history = dataloader === undefined ? await evaluateOnly(trainer) : await trainer.fit();
    if (dataloader !== undefined) {
      if (!watch.complete) return { history, status: "interrupted", predictions: [] };
      await keeper.end(model, history);
    }
    return { history, status: "done", predictions: await task.predict(model) };
  } catch (error) {
    if (error instanceof NonFiniteError) {
      const { history, message } = error;
      return { history, status: "failed", error: message, predictions: [] };
    }
    const told = refused(toldOfMemory(error));
    if (endsRun(told) || trainer.state.step === (saved?.step ?? 0)) throw told;
    onBreak(told);
    const text = oneLine(`${told}`);
    return { history: trainer.history, status: "broken", error: text, predictions: [] };
  }
}

function endsRun(error: unknown): boolean {
  if (error instanceof OwnAlgorithmError) return false;
  return error instanceof UsageError || error instanceof DataError;
}

async function evaluateOnly(trainer: Trainer): Promise<History> {
  return { ...emptyHistory(), evaluations: [{ step: 0, metrics: await trainer.evaluate() }] };
}
