import { convolutionsInExecutionOrder } from "../../src/standardization/execution_order.ts";
import { ConfusionMatrix } from "../../src/training/metrics.ts";
import { asUsageError, withUsageErrors } from "../ground/usage_errors.ts";
import type { CellRecord } from "../record/mod.ts";
import { countParameters } from "../tasks/parameters.ts";
import { courseOf, finalMetrics, timingOf } from "./cell/course.ts";
import type { Cell, CellFacts, CellOptions } from "./cell/options.ts";
import { sharedProgress, skippedWarnings, watchProgress } from "./cell/progress.ts";
import { watchSmoothness } from "./cell/smoothness.ts";
import { restore, train, trainerOf } from "./cell/training.ts";
import { changedWeights, weightDigests } from "./pairing/weight_digests.ts";
import type { PlannedArm } from "./plan.ts";
import { checkSameStart } from "./resume.ts";
import { alone } from "./workers/run_group.ts";

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
  const smoothness = watchSmoothness(arm, seed, options.saved?.progress.smoothness);
  const model = withUsageErrors(() => task.makeModel(seed, arm));
  const optimizer = withUsageErrors(() => task.makeOptimizer());
  try {
    const made = await weightDigests(model);
    // What is resumed began from its own weights, which a checkpoint of an earlier version lacks.
    const before = options.saved?.progress.initialWeights;
    checkSameStart(before, { arm: arm.name, seed, initialWeights: made });
    const initialWeights = options.saved === undefined ? made : before;
    if (initialWeights !== undefined) options.checkPaired(initialWeights);
    const loaded = { dataloader, evalDataloader };
    const weights = { made, initialWeights };
    const watches = { watch, smoothness };
    return await recordOf({
      arm,
      seed,
      options,
      ...watches,
      model,
      optimizer,
      ...weights,
      ...loaded,
    });
  } catch (error) {
    throw asUsageError(error);
  } finally {
    await dataloader?.close?.();
    smoothness.dispose();
    optimizer.dispose();
    model.dispose();
  }
}

async function recordOf(cell: Cell): Promise<CellRecord> {
  const {
    arm: { name, algorithms, task, profile },
    seed,
    model,
    options: { keeper },
    smoothness: { points },
  } = cell;
  const facts: CellFacts = { parameterCount: countParameters(model), hyperparameters: {} };
  const metrics = task.makeMetrics();
  const trainer = trainerOf(cell, metrics, facts);
  const altered = changedWeights(cell.made, await weightDigests(model));
  const outcome = async () => {
    await restore(trainer, cell);
    return await train(trainer, cell);
  };
  const { history, status, error, predictions } = await outcome().finally(() => trainer.dispose());
  const done = status === "done";
  const confusion = metrics.find((metric) => metric instanceof ConfusionMatrix);
  const { workers = alone } = cell.options;
  const { skipped, resumedAt, ...spent } = status === "broken"
    ? cell.watch.now() // the others are gone
    : await sharedProgress(cell.watch, workers, task.mostSkipped);
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
    ...(points.length > 0 && { smoothness: [...points] }),
    ...courseOf(history, trainer.state.stepsPerEpoch),
    ...(history.stoppedEarly && { stoppedEarly: true }),
    ...(history.restored !== undefined && { restoredStep: history.restored.step }),
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
