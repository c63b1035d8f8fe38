/**
 * The training of a cell, from its checkpoint if it has one to its end.
 *
 * @module
 */
import { DataError } from "../../../datasets/errors.ts";
import type { Callback } from "../../../src/training/callback.ts";
import type { Logger } from "../../../src/training/engine.ts";
import { emptyHistory, type History, NonFiniteError } from "../../../src/training/history.ts";
import type { Metric } from "../../../src/training/metrics.ts";
import { Trainer } from "../../../src/training/trainer.ts";
import type { TrainerOptions } from "../../../src/training/trainer_options.ts";
import { recomputeOf, trainingOptionsOf } from "../../experiments/profiles/common.ts";
import { UsageError } from "../../ground/errors.ts";
import { oneLine } from "../../ground/format.ts";
import { explainMemoryError } from "../../ground/memory.ts";
import { asUsageError } from "../../ground/usage_errors.ts";
import type { CellStatus, Prediction } from "../../record/mod.ts";
import { OwnAlgorithmError } from "../own_algorithm.ts";
import type { PlannedArm } from "../plan.ts";
import { alone } from "../workers/run_group.ts";
import type { Cell, CellFacts } from "./options.ts";
import { sharedProgress } from "./progress.ts";

/** The Trainer of a cell; what its algorithms report about themselves is added to `facts`. */
export function trainerOf(cell: Cell, metrics: Metric[], facts: CellFacts): Trainer {
  const { arm, seed, options: { callbacks, keeper, signal, workers }, watch, smoothness } = cell;
  const { task, profile: { duration, microbatchSize, checkpointInterval } } = arm;
  const logger: Logger = {
    logHyperparameters: (values) => Object.assign(facts.hyperparameters, values),
    logMetrics: () => {},
    logWarning: () => {}, // of stale statistics, which the plan has warned of for all cells
  };
  return new Trainer({
    model: cell.model,
    optimizer: cell.optimizer,
    loss: task.loss,
    metrics,
    algorithms: [...arm.algorithms],
    callbacks: [
      watch.callback,
      ...callbacks(facts),
      smoothness.callback,
      keeper.callback,
      saving(cell),
    ],
    logger,
    trainDataloader: cell.dataloader,
    evalDataloader: cell.evalDataloader,
    maxDuration: duration,
    evalInterval: `${evalIntervalOf(arm)}ba`,
    checkpointInterval,
    ...(microbatchSize > 0 && { microbatchSize }),
    recompute: recomputeOf(arm.profile),
    ...trainingOptionsOf(arm.profile, task.mainMetric),
    schedule: task.schedule,
    seed,
    signal,
    ...groupOptions(arm, workers),
  });
}

/** How steps are taken together, by workers that are several. */
export function groupOptions(
  { profile: { synchronizedBatchNorm } }: Pick<PlannedArm, "profile">,
  { group } = alone,
): Pick<TrainerOptions, "group" | "synchronizedBatchNorm"> {
  return group === undefined ? {} : { group, synchronizedBatchNorm };
}

function saving(
  { arm: { task: { mostSkipped } }, options, watch, smoothness: { points }, initialWeights }: Cell,
): Callback {
  return async (event, state, trainer) => {
    if (event !== "checkpoint" || watch.complete) return; // the record is about to be written
    const { workers = alone } = options;
    const now = await sharedProgress(watch, workers, mostSkipped);
    const checkpoint = await trainer.checkpoint(); // which on each finds the same that is not finite
    if (!workers.isChief) return;
    const progress = {
      ...now,
      ...(initialWeights !== undefined && { initialWeights }),
      ...(points.length > 0 && { smoothness: [...points] }),
    };
    await options.save({ step: state.step, checkpoint, progress }, state);
  };
}

/** Evaluations are evenly spread. */
function evalIntervalOf({ steps, profile: { evaluations } }: PlannedArm): number {
  return Math.max(1, Math.round(steps / evaluations));
}

/** A checkpoint that does not fit is another run's, or was edited. */
export async function restore(
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

/** How the training of a cell ended. */
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
export async function train(
  trainer: Trainer,
  cell: Cell,
): Promise<Outcome> {
  const { arm: { task }, model, dataloader, watch, options } = cell;
  const { saved, onBreak, keeper, workers = alone } = options;
  try {
    const history = dataloader === undefined ? await evaluateOnly(trainer) : await trainer.fit();
    if (dataloader !== undefined && !watch.complete) {
      return { history, status: "interrupted", predictions: [] };
    }
    await keeper.end(model, history);
    const { isChief } = workers;
    return { history, status: "done", predictions: isChief ? await task.predict(model) : [] };
  } catch (error) {
    if (error instanceof NonFiniteError) {
      const { history, message } = error;
      return { history, status: "failed", error: message, predictions: [] };
    }
    const cause = asUsageError(explainMemoryError(error));
    if (endsRun(cause) || trainer.state.step === (saved?.step ?? 0)) throw cause;
    onBreak(cause);
    await workers.end(cause); // the others can't go on without this one
    const text = oneLine(`${cause}`);
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
