import type * as tf from "../src/tf.ts";
import { convolutionsInExecutionOrder } from "../src/standardization/execution_order.ts";
import type { Duration } from "../src/training/duration.ts";
import type { Callback, Logger, State } from "../src/training/engine.ts";
import { type History, NonFiniteLossError } from "../src/training/history.ts";
import { Trainer } from "../src/training/trainer.ts";
import type { MeanIoU } from "../src/training/metrics.ts";
import type { CellRecord, CellStatus } from "./result.ts";
import { countParameters } from "./parameters.ts";
import { median } from "./statistics/summary.ts";
import type { ArmDefinition, Task } from "./task.ts";

/** How a cell is trained, beside its task. */
export interface CellOptions {
  /** How long. */
  duration: Duration;
  /** How often it is evaluated, the end included. */
  evaluations: number;
  /** Watches it, e.g. to show its progress. */
  callback: Callback;
  /** Stops it after the step under way. */
  signal: AbortSignal;
}

/** Steps at the start of a cell that are slower: kernels are compiled, memory is taken. */
const warmupSteps = 3;

/**
 * Trains and evaluates one arm with one seed.
 *
 * @param task what is trained on what
 * @param arm the arm
 * @param seed the seed of the initial weights, the batches and their augmentation
 * @param options how it is trained
 * @returns the record; where the loss became non-finite or a signal came, with what there was
 */
export async function runCell(
  task: Task,
  arm: ArmDefinition,
  seed: number,
  options: CellOptions,
): Promise<CellRecord> {
  const startedAt = new Date();
  const start = performance.now();
  const model = task.makeModel(seed);
  const optimizer = task.makeOptimizer();
  try {
    const run = await train(task, arm, model, optimizer, seed, options);
    const predictions = run.status === "done" ? await task.predict(model) : [];
    return {
      arm: arm.name,
      seed,
      algorithms: arm.algorithms.map(String),
      convolutionCount: convolutionsInExecutionOrder(model).layers.length,
      parameterCount: countParameters(model),
      batchSize: task.batchSize,
      ...run,
      predictions,
      durationMs: performance.now() - start,
      startedAt: startedAt.toISOString(),
      warnings: [],
    };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

type Run = Pick<
  CellRecord,
  | "status"
  | "error"
  | "standardizedCount"
  | "steps"
  | "metrics"
  | "classIou"
  | "curve"
  | "evaluations"
  | "stepDurationsMs"
  | "warmupSteps"
  | "imagesPerSecond"
  | "peakBytes"
>;

async function train(
  task: Task,
  arm: ArmDefinition,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  seed: number,
  options: CellOptions,
): Promise<Run> {
  const trainDataloader = task.trainDataloader(seed);
  const metrics = task.makeMetrics();
  const facts: Record<string, string | number> = {};
  const logger: Logger = {
    logHyperparameters: (values) => Object.assign(facts, values),
    logMetrics: () => {},
  };
  const memory = peakMemory();
  const trainer = new Trainer({
    model,
    optimizer,
    loss: task.loss,
    metrics,
    algorithms: [...arm.algorithms],
    callbacks: [memory.sample, options.callback],
    logger,
    trainDataloader,
    evalDataloader: task.evalDataloader(),
    maxDuration: options.duration,
    evalInterval: evalInterval(options),
    schedule: task.schedule,
    seed,
    signal: options.signal,
  });
  const { history, status, error } = await fit(trainer, trainDataloader !== undefined, options);
  const mIoU = metrics.find((metric): metric is MeanIoU => "perClass" in metric);
  return {
    status,
    ...(error !== undefined && { error }),
    standardizedCount: Number(facts["WeightStandardization/num_weights_standardized"] ?? 0),
    steps: history.losses.length,
    metrics: status === "done" ? finalMetrics(history) : {},
    classIou: status === "done" ? mIoU?.perClass() ?? [] : [],
    ...course(history, trainer.state.stepsPerEpoch),
    ...timing(history, task.batchSize),
    peakBytes: memory.peakBytes(),
  };
}

interface Outcome {
  history: History;
  status: CellStatus;
  error?: string;
}

/** A non-finite loss ends the cell and is recorded with its curve; any other error ends the run. */
async function fit(trainer: Trainer, trains: boolean, { signal }: CellOptions): Promise<Outcome> {
  try {
    const history = trains ? await trainer.fit() : await evaluateOnly(trainer);
    return { history, status: signal.aborted ? "interrupted" : "done" };
  } catch (error) {
    if (!(error instanceof NonFiniteLossError)) throw error;
    return { history: error.history, status: "failed", error: error.message };
  }
}

async function evaluateOnly(trainer: Trainer): Promise<History> {
  const metrics = await trainer.evaluate();
  return {
    losses: [],
    learningRates: [],
    stepDurationsMs: [],
    evaluations: [{ step: 0, metrics }],
  };
}

/** Evenly spread evaluations, as a fraction of the duration in its own unit. */
function evalInterval({ duration, evaluations }: CellOptions): Duration {
  const amount = Number.parseFloat(duration) / evaluations;
  return duration.endsWith("ep") ? `${amount}ep` : `${Math.max(1, Math.round(amount))}ba`;
}

function finalMetrics({ losses, evaluations }: History): Record<string, number> {
  const last = losses.slice(-Math.max(1, Math.ceil(losses.length / 20)));
  const mean = last.reduce((sum, loss) => sum + loss, 0) / last.length;
  return { ...evaluations.at(-1)?.metrics, ...(losses.length > 0 && { trainLoss: mean }) };
}

function course(history: History, stepsPerEpoch: number): Pick<Run, "curve" | "evaluations"> {
  const epoch = (step: number) => stepsPerEpoch > 0 ? step / stepsPerEpoch : 0;
  return {
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

function timing(
  { stepDurationsMs }: History,
  batchSize: number,
): Pick<Run, "stepDurationsMs" | "warmupSteps" | "imagesPerSecond"> {
  const skipped = Math.min(warmupSteps, stepDurationsMs.length);
  const timed = stepDurationsMs.slice(skipped);
  const imagesPerSecond = timed.length > 0 ? 1000 * batchSize / median(timed) : NaN;
  return { stepDurationsMs: timed, warmupSteps: skipped, imagesPerSecond };
}

function peakMemory(): { sample: (_event: string, _state: State) => void; peakBytes(): number } {
  let peak = Deno.memoryUsage().rss;
  return {
    sample: () => peak = Math.max(peak, Deno.memoryUsage().rss),
    peakBytes: () => peak,
  };
}
