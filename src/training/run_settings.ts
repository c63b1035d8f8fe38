import type { Steps } from "./check_options.ts";
import type { RunSettings } from "./checkpoints/state.ts";
import { isScheduled } from "./train_step.ts";
import type { TrainerOptions } from "./trainer_options.ts";

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
    ...laterSettings(options, steps),
  };
}

/**
 * What workers that train together must have in common beside that: they would else sum, or tell each
 * other something, at different times, and wait for ever.
 *
 * @param options a worker's
 * @param steps its durations
 * @returns values by the names of options
 */
export function sharedSettingsOf(options: TrainerOptions, steps: Steps): RunSettings {
  const { loss, recompute = "nothing", evalDataloader } = options;
  return {
    ...settingsOf(options, steps),
    loss: loss.name || "a function without a name",
    recompute,
    evalDataloader: evalDataloader === undefined ? "not given" : "given",
  };
}

/** Those that checkpoints of earlier releases lack: they are there where they are in use. */
function laterSettings(
  { maxGradientNorm, group, synchronizedBatchNorm }: TrainerOptions,
  { movingAverage, earlyStopping }: Steps,
): RunSettings {
  return {
    ...(group !== undefined && group.size > 1 && { workers: group.size }),
    ...(synchronizedBatchNorm && { synchronizedBatchNorm: "true" }),
    ...(maxGradientNorm !== undefined && { maxGradientNorm }),
    ...(movingAverage !== undefined && { movingAverage: inWords(movingAverage) }),
    ...(earlyStopping !== undefined && { earlyStopping: inWords(earlyStopping) }),
  };
}

function inWords(rule: object): string {
  return Object.entries(rule).map(([name, value]) => `${name} ${value}`).join(", ");
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
