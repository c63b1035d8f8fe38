import process from "node:process";
import { DataError, reasonOf } from "../../../datasets/errors.ts";
import type * as tf from "../../../src/tf.ts";
import { type Batch, type Dataloader, disposeBatch } from "../../../src/training/dataloader.ts";
import { evaluateModel } from "../../../src/training/evaluation.ts";
import type { OptimizerSteps } from "../../../src/training/optimizer_steps.ts";
import { trainingOptionsOf } from "../../experiments/profiles/common.ts";
import { copiesOf, firstImagesOf, firstOf, shortened } from "../batches.ts";
import type { Plan, PlannedArm } from "../plan.ts";
import { bytesText, oneLine } from "../../ground/format.ts";
import { startArm, type StartedArm } from "../started_arm.ts";
import { median } from "../../judge/statistics/summary.ts";
import type { Task } from "../../tasks/task.ts";
import { availableBytes, estimateMemory, type MemoryEstimate } from "./memory.ts";

/** What a run will take. */
export interface Estimate {
  memory: MemoryEstimate;
  /** What a few steps took; a text where they could not be tried. */
  probe: Probe | string;
}

/** What a few steps and evaluation batches took. */
export interface Probe {
  arm: string;
  /**
   * Images a step, of one worker: fewer than a step of the run where that would take too long or not fit.
   */
  images: number;
  /** A step of all of a worker's images, the wait for its images included, in ms. */
  stepMs: number;
  /** The same by arms that take it in other microbatches, by their size: the smaller, the longer. */
  otherStepsMs: ReadonlyMap<number, number>;
  /** How much longer the first step takes, in ms. */
  startMs: number;
  evaluationMs: number;
  /** The most memory that this process has held, in bytes. */
  peakBytes: number;
}

/** Steps that are timed, after the first one. */
const timedSteps = 3;

/** A step that takes longer is tried with few images. */
const mostStepMs = 20_000;

/** Those few: batch normalization wants more than one. */
const fewImages = 2;

/** The share of the free memory that a probe may take. */
const memoryShare = 0.5;

/**
 * Estimates memory and time of a plan: the first arm takes a few steps on its data and evaluates a
 * batch or two, and an arm of each other microbatchSize takes a few steps. A step too large for this
 * machine is tried with two images. Where workers share a batch it is one worker's share that is tried:
 * what they send each other is not.
 *
 * @throws {RangeError} if the model cannot be made
 * @throws {DataError} if the data cannot be read
 */
export async function estimate(plan: Plan, signal: AbortSignal): Promise<Estimate> {
  const [arm] = plan.arms;
  using subject = subjectOf(arm!, plan, signal);
  const probe = await tried(async () => ({
    ...await run(subject),
    otherStepsMs: await timeOthers(plan, signal),
  }), signal);
  return { memory: subject.memory, probe };
}

interface Subject extends Disposable {
  arm: PlannedArm;
  seed: number;
  started: StartedArm;
  memory: MemoryEstimate;
  /** Images that a worker has of a batch. */
  share: number;
  signal: AbortSignal;
}

function subjectOf(arm: PlannedArm, { seeds, workers }: Plan, signal: AbortSignal): Subject {
  const started = startArm(arm, seeds[0]!);
  const { task, profile } = arm;
  const { movingAverage, earlyStopping } = trainingOptionsOf(profile, task.mainMetric);
  const copies = started.slots + Number(movingAverage !== undefined) +
    Number(earlyStopping !== undefined);
  const share = task.batchSize / workers;
  const memory = estimateMemory(started.model, share, profile.microbatchSize, copies);
  const dispose = () => started[Symbol.dispose]();
  return { arm, seed: seeds[0]!, started, memory, share, signal, [Symbol.dispose]: dispose };
}

/** A step that this machine cannot take must not keep the rest of the plan from being shown. */
async function tried(
  probe: () => Promise<Omit<Probe, "peakBytes">>,
  signal: AbortSignal,
): Promise<Probe | string> {
  try {
    return { ...await probe(), peakBytes: 1024 * process.resourceUsage().maxRSS };
  } catch (error) {
    if (error instanceof DataError) throw error;
    if (signal.aborted) return "the probe was stopped";
    return oneLine(reasonOf(error));
  }
}

async function run(subject: Subject): Promise<Omit<Probe, "peakBytes" | "otherStepsMs">> {
  const { arm: { name: arm, task }, seed, started: { model }, memory, share } = subject;
  const available = availableBytes();
  if (memory.stateBytes + fewImages * memory.imageBytes > memoryShare * available) {
    throw new Error(`two images would take more than half of the ${bytesText(available)} free`);
  }
  const evaluation = task.evalDataloader();
  const dataloader = task.trainDataloader(seed);
  try {
    if (dataloader === undefined) {
      const evaluationMs = await evaluationOf(task, model, evaluation);
      return { arm, images: share, stepMs: 0, startMs: 0, evaluationMs };
    }
    const steps = await timeFitting(subject, dataloader);
    const perImage = steps.images < share ? fewImages : undefined;
    return { arm, ...steps, evaluationMs: await evaluationOf(task, model, evaluation, perImage) };
  } finally {
    await dataloader?.close?.();
  }
}

type Steps = Pick<Probe, "images" | "stepMs" | "startMs">;

/** The whole step where it fits, else one of few images. */
async function timeFitting(subject: Subject, dataloader: Dataloader): Promise<Steps> {
  const few = await timeFew(subject, dataloader);
  const fits = subject.memory.totalBytes <= memoryShare * availableBytes() &&
    few.stepMs <= mostStepMs;
  return fits ? await timeWhole(subject, dataloader) : few;
}

/** A step of an arm of each microbatchSize that is not the first arm's. */
async function timeOthers(plan: Plan, signal: AbortSignal): Promise<Map<number, number>> {
  const sizes = new Set([plan.arms[0]!.profile.microbatchSize]);
  const found = new Map<number, number>();
  for (const arm of plan.arms) {
    const { microbatchSize } = arm.profile;
    const dataloader = sizes.has(microbatchSize)
      ? undefined
      : arm.task.trainDataloader(plan.seeds[0]!);
    if (dataloader === undefined) continue;
    sizes.add(microbatchSize);
    try {
      using subject = subjectOf(arm, plan, signal);
      const { stepMs } = await timeFitting(subject, dataloader);
      found.set(microbatchSize, stepMs * plan.task.batchSize / arm.task.batchSize);
    } finally {
      await dataloader.close?.();
    }
  }
  return found;
}

/** The step as the run will take it. */
async function timeWhole(subject: Subject, dataloader: Dataloader): Promise<Steps> {
  const { arm: { profile }, started, share, signal } = subject;
  const steps = started.steps(dataloader.microbatchesPerBatch ?? 1, profile.microbatchSize);
  const count = Math.min(timedSteps, dataloader.batchesPerEpoch - 1);
  const parts = iterate(dataloader.batches(0));
  return { images: share, ...await timeSteps(steps, parts, count, signal) };
}

/** A step of a few images, scaled up in proportion to the batch. */
async function timeFew(subject: Subject, dataloader: Dataloader): Promise<Steps> {
  const { started, share, signal } = subject;
  const few = firstImagesOf(await firstOf(dataloader), fewImages);
  try {
    const images = few.x.shape[0] ?? 1;
    const { stepMs, startMs } = await timeSteps(started.steps(1, 0), copiesOf(few), 1, signal);
    return { images, stepMs: stepMs * share / images, startMs };
  } finally {
    disposeBatch(few);
  }
}

async function timeSteps(
  steps: OptimizerSteps,
  parts: AsyncGenerator<Batch, void>,
  count: number,
  signal: AbortSignal,
): Promise<Pick<Probe, "stepMs" | "startMs">> {
  const durationsMs: number[] = [];
  try {
    while (durationsMs.length <= count) {
      signal.throwIfAborted();
      const result = await steps.run(parts, durationsMs.length, 0);
      if (result === undefined) break;
      durationsMs.push(result.stepDurationMs + result.waitDurationMs);
      await new Promise((resolve) => setTimeout(resolve)); // lets signals in
    }
  } finally {
    await parts.return();
    steps.dispose();
  }
  const [firstMs = 0, ...rest] = durationsMs;
  const stepMs = rest.length > 0 ? median(rest) : firstMs;
  return { stepMs, startMs: Math.max(0, firstMs - stepMs) };
}

/** The times of one batch and of two give the cost of an evaluation apart from its batches. */
async function evaluationOf(
  task: Task,
  model: tf.LayersModel,
  dataloader: Dataloader,
  few?: number,
): Promise<number> {
  const time = async (batches: number) => {
    const start = performance.now();
    await evaluateModel(model, shortened(dataloader, batches, few), task.makeMetrics());
    return performance.now() - start;
  };
  const one = await time(1);
  if (few !== undefined) return one * Math.max(1, task.data.validationCount / few);
  const { batchesPerEpoch } = dataloader;
  if (batchesPerEpoch === 1) return one;
  return one + (batchesPerEpoch - 1) * Math.max(0, await time(2) - one);
}

async function* iterate(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
): AsyncGenerator<Batch, void> {
  yield* batches;
}
