/**
 * What a record keeps of a Trainer's history.
 *
 * @module
 */
import type { History } from "../../../src/training/history.ts";
import type { CellRecord } from "../../record/mod.ts";
import { median } from "../../judge/statistics/summary.ts";

/** Steps at the start of a process that are slower: kernels are compiled, memory is taken. */
const slowSteps = 3;

/**
 * The curve and the evaluations.
 *
 * @param stepsPerEpoch steps in an epoch; 0 where there is nothing to train on
 */
export function courseOf(
  history: History,
  stepsPerEpoch: number,
): Pick<CellRecord, "steps" | "curve" | "evaluations"> {
  const epoch = (step: number) => stepsPerEpoch > 0 ? step / stepsPerEpoch : 0;
  return {
    steps: history.losses.length,
    curve: history.losses.map((loss, i) => ({
      step: i + 1,
      epoch: epoch(i + 1),
      loss,
      learningRate: history.learningRates[i] ?? 0,
    })),
    evaluations: history.evaluations.map(({ step, metrics }) => ({
      step,
      epoch: epoch(step),
      metrics,
    })),
  };
}

/**
 * The metrics of the evaluation whose weights the cell ended with, the last one or a restored one, and
 * `trainLoss`, the mean over the last twentieth of the steps.
 */
export function finalMetrics({ losses, evaluations, restored }: History): Record<string, number> {
  const last = losses.slice(-Math.max(1, Math.ceil(losses.length / 20)));
  const mean = last.reduce((sum, loss) => sum + loss, 0) / last.length;
  return {
    ...(restored ?? evaluations.at(-1))?.metrics,
    ...(losses.length > 0 && { trainLoss: mean }),
  };
}

/**
 * The durations of the steps, without the first of each process.
 *
 * @param resumedAt the steps after which another process resumed
 */
export function timingOf(
  { stepDurationsMs }: History,
  resumedAt: readonly number[],
  batchSize: number,
): Pick<CellRecord, "stepDurationsMs" | "warmupSteps" | "imagesPerSecond"> {
  const starts = [0, ...resumedAt];
  const isWarm = (step: number) => starts.every((at) => step < at || step >= at + slowSteps);
  const timed = stepDurationsMs.filter((_, step) => isWarm(step));
  const imagesPerSecond = timed.length > 0 ? 1000 * batchSize / median(timed) : NaN;
  return {
    stepDurationsMs: timed,
    warmupSteps: stepDurationsMs.length - timed.length,
    imagesPerSecond,
  };
}
