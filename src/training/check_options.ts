import { check, checkNames, isInteger } from "../check.ts";
import { durationInSteps } from "./duration.ts";
import { type StoppingRule, stoppingRule } from "./early_stopping.ts";
import { resultsOf } from "./metrics/metric.ts";
import { type AverageRule, averageRule } from "./moving_average.ts";
import { checkRecompute } from "./recomputation/apply_recomputed.ts";
import { normalizationsOf } from "./stale_statistics.ts";
import { isScheduled } from "./train_step.ts";
import type { TrainerOptions } from "./trainer_options.ts";

/** Durations of a run, in steps. */
export interface Steps {
  perEpoch: number;
  perFit: number;
  evalInterval: number;
  /** Nothing where no checkpoints are notified. */
  checkpointInterval: number | undefined;
  /** Nothing where no weights are averaged. */
  movingAverage: AverageRule | undefined;
  /** Nothing where a `fit` is not to stop early. */
  earlyStopping: StoppingRule | undefined;
}

/** A record, so that the compiler misses what is not in it. */
const optionNames: Readonly<Record<keyof TrainerOptions, true>> = {
  model: true,
  optimizer: true,
  loss: true,
  metrics: true,
  algorithms: true,
  callbacks: true,
  logger: true,
  trainDataloader: true,
  evalDataloader: true,
  microbatchSize: true,
  recompute: true,
  maxGradientNorm: true,
  movingAverage: true,
  earlyStopping: true,
  maxDuration: true,
  evalInterval: true,
  checkpointInterval: true,
  schedule: true,
  seed: true,
  signal: true,
  group: true,
  synchronizedBatchNorm: true,
};

/**
 * Checks a Trainer's options as far as it can without a step.
 *
 * @param options the options, of whatever type they are
 * @returns the durations that they give, in steps
 * @throws {TypeError} if model, optimizer or loss is missing or invalid, or if there is a schedule for
 * an optimizer that cannot follow one
 * @throws {RangeError} if an option is unknown, a number or duration is out of range, two metrics have one name, or one that
 * is watched is not there
 */
export function checkOptions(options: TrainerOptions): Steps {
  checkNames("train as options", options, Object.keys(optionNames));
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
  checkSynchronized(options);
  checkGroup(options);
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
  const { maxGradientNorm = 1 } = options;
  const isNorm = maxGradientNorm > 0 && Number.isFinite(maxGradientNorm);
  check(isNorm, RangeError, "train as maxGradientNorm must be > 0", maxGradientNorm);
  check(Number.isInteger(seed), RangeError, "train as seed must be an integer", seed);
  return stepsOf(options, batchesPerEpoch, names);
}

function stepsOf(
  options: TrainerOptions,
  perEpoch: number,
  metrics: readonly string[],
): Steps {
  const { movingAverage, earlyStopping } = options;
  const { maxDuration = "1ep", evalInterval = "1ep", checkpointInterval } = options;
  return {
    perEpoch,
    perFit: durationInSteps(maxDuration, perEpoch, "maxDuration"),
    evalInterval: durationInSteps(evalInterval, perEpoch, "evalInterval"),
    checkpointInterval: checkpointInterval &&
      durationInSteps(checkpointInterval, perEpoch, "checkpointInterval"),
    movingAverage: movingAverage && averageRule(movingAverage, perEpoch),
    earlyStopping: earlyStopping && stoppingRule(earlyStopping, perEpoch, metrics),
  };
}

function checkSynchronized({ model, synchronizedBatchNorm = false }: TrainerOptions): void {
  const isSaid = typeof synchronizedBatchNorm === "boolean";
  const either = "train as synchronizedBatchNorm must be true or false";
  check(isSaid, TypeError, either, JSON.stringify(synchronizedBatchNorm));
  if (!synchronizedBatchNorm) return;
  const stock = normalizationsOf(model).find((layer) =>
    layer.getClassName() === "BatchNormalization"
  );
  const own = "layers.batchNormalization in place of tf.layers.batchNormalization";
  const requirement = `train with synchronizedBatchNorm as the model must have ${own}`;
  check(stock === undefined, TypeError, requirement, stock?.name);
}

function checkGroup({ group }: TrainerOptions): void {
  if (group === undefined) return;
  const { rank, size } = group ?? {}; // null, from JavaScript
  const isGroup = isInteger(rank, 0) && isInteger(size, 1) && rank < size &&
    [group.sum, group.exchange, group.abort].every((method) => method instanceof Function);
  const wanted = "a WorkerGroup, as joinCluster returns, awaited: rank, size, sum, exchange, abort";
  const seen = group === null ? "null" : `${typeof group} with rank ${rank}, size ${size}`;
  check(isGroup, TypeError, `train as group must be ${wanted}`, seen);
}

function checkCount(name: string, value: number): void {
  check(isInteger(value, 1), RangeError, `train as ${name} must be an integer >= 1`, value);
}
