/**
 * What the tasks on images share, whatever is predicted of an image: when data are opened, how batches
 * and models are made, how long a cell is.
 *
 * @module
 */
import type { Loader, LoaderOptions } from "../../datasets/loader.ts";
import { durationInSteps } from "../../src/training/duration.ts";
import * as schedules from "../../src/training/schedules.ts";
import { standardizedStart } from "../experiments/arms/arm_settings.ts";
import { checkTraining } from "./training_settings.ts";
import { visionKinds, type VisionProfile } from "../experiments/profiles/vision.ts";
import { checkKinds } from "../experiments/settings.ts";
import { oncePerKey } from "../ground/once.ts";
import type { DataRecord, Warning } from "../record/mod.ts";
import { type InitialWeights, readInitialWeights } from "./initial_weights.ts";
import { checkParts, checkSmallestPart } from "./smallest_part.ts";
import type { LoadingOptions, MakeModel, TaskSource } from "./suite.ts";
import type { ClosableDataloader, Task } from "./task.ts";
import { TaskLoaders } from "./task_loaders.ts";
import { checkMicrobatches, checkShared, workersShare } from "./worker_shares.ts";
import { optimizerOf } from "./vision_model.ts";

/** A data set, opened and looked through. */
export interface OpenData {
  data: DataRecord;
  evaluation: ClosableDataloader;
  warnings: Warning[];
}

/** A kind of task: what is predicted of an image. */
export interface VisionKind<P extends VisionProfile, Open extends OpenData> {
  makeModel: MakeModel<P>;
  /** Generates the images of a run without data, and returns their folder. */
  generate(profile: P): Promise<string>;
  /** The settings that opening the data depends on. */
  openedBy: readonly (keyof P)[];
  open(folder: string, profile: P, loaders: TaskLoaders): Promise<Open>;
  training(open: Open, profile: P, options: TrainingOptions): Loader;
  /** The parts of a task that are specific to this kind. */
  own(open: Open, profile: P): Own;
}

type TrainingOptions =
  & { seed: number; train: true }
  & Pick<
    LoaderOptions,
    "batchSize" | "microbatchSize" | "workers" | "skipBad" | "decoder" | "slice"
  >;

type Own =
  & Pick<Task, "mainMetric" | "loss" | "makeMetrics">
  & Partial<Pick<Task, "constantPrediction" | "evaluatedOn" | "panels" | "predict" | "warnings">>;

/**
 * The tasks of a kind.
 *
 * @param data the data set's folder; generated images without
 * @returns the tasks. Making one throws a {@linkcode UsageError} if the profile needs data and none is
 * given, and what opening them throws
 */
export function visionTasks<P extends VisionProfile, Open extends OpenData>(
  data: string | undefined,
  loading: LoadingOptions,
  kind: VisionKind<P, Open>,
): TaskSource<P> {
  const loaders = new TaskLoaders(loading);
  const opened = oncePerKey<Promise<Open>>();
  const weightsOf = oncePerKey<ReturnType<typeof readInitialWeights>>();
  const task = async (profile: P): Promise<Task> => {
    checkKinds<VisionProfile>(profile, visionKinds, "Cannot run");
    const { batchSize, initialWeights: path } = profile;
    const workers = loaders.slice.size;
    checkShared(profile, workers); // a large data set takes minutes to look through
    const folder = data ?? await kind.generate(profile);
    const key = [folder, ...kind.openedBy.map((name) => profile[name])];
    const open = await opened(key, () => kind.open(folder, profile, loaders));
    const weights = await weightsOf([path], () => readInitialWeights(path));
    const trains = open.data.trainingCount > 0;
    if (trains) checkParts(profile);
    const share = workersShare(profile, workers);
    const steps = stepsOf(profile, open.data.trainingCount);
    checkTraining(profile, open.data.trainingCount);
    const { warnings = [], ...own } = kind.own(open, profile);
    const trainDataloader = (seed: number, slice = loaders.slice) => {
      const own = { seed, train: true, slice } as const;
      const options = { ...stepSize(profile), ...own, ...loaders.options };
      return loaders.dataloader(kind.training(open, profile, options));
    };
    return {
      data: open.data,
      batchSize,
      mostSkipped: loaders.options.skipBad ?? 0,
      warnings: [
        ...open.warnings,
        ...longWarmup(steps),
        ...(trains ? warnings : []),
        ...startWarnings(weights),
      ],
      ...(weights !== undefined && { initialWeights: weights }),
      trainDataloader: (seed, slice) => trains ? trainDataloader(seed, slice) : undefined,
      evalDataloader: () => open.evaluation,
      makeModel(seed, arm) {
        if (trains) checkMicrobatches(profile, workers);
        const model = kind.makeModel(profile, open.data.classes, seed, arm);
        if (trains) checkSmallestPart(model, share);
        weights?.load(model);
        return model;
      },
      makeOptimizer: () => optimizerOf(profile),
      schedule: schedules.cosine({ warmupSteps: steps.warmup }),
      panels: [],
      predict: () => Promise.resolve([]),
      ...own,
    };
  };
  return { task, close: () => loaders.close() };
}

/** Optimizer steps. */
export interface Steps {
  /** Over which the learning rate rises. */
  warmup: number;
  /** Of a cell; 0 where nothing is trained. */
  total: number;
}

/**
 * How many steps a cell has, and how many of them its warm-up.
 *
 * @throws {RangeError} if one of the profile's durations is none
 */
export function stepsOf(
  { batchSize, duration, warmup }: VisionProfile,
  trainingCount: number,
): Steps {
  // A batch of 0 is refused by the loader, which names what is wrong.
  const perEpoch = batchSize > 0 ? Math.floor(trainingCount / batchSize) : 0;
  return {
    warmup: durationInSteps(warmup, perEpoch, "warmup"),
    total: durationInSteps(duration, perEpoch, "duration"),
  };
}

/** The warning that a warm-up calls for that does not end before the training does. */
export function longWarmup({ warmup, total }: Steps): Warning[] {
  if (total === 0 || warmup < total) return [];
  return [{
    code: "long-warmup",
    message: `The learning rate rises for ${warmup} steps, and a cell has ${total}: it never ` +
      "comes to its peak, and never falls",
    advice: "Shorten the warm-up by --set, or train longer",
  }];
}

/** The warning that raw kernels of a standardized network call for: arms without WS misread them. */
function startWarnings(weights: InitialWeights | undefined): Warning[] {
  if (weights?.standardized !== true) return [];
  return [{
    code: standardizedStart,
    message: "The file of initial weights says that its kernels were trained with WS",
    advice:
      "Arms without WS begin from another function than the file's; for claim C7 give weights " +
      "that were trained without it",
  }];
}

/** A step's images as options of a loader: a microbatch of 0 images is the whole batch. */
export function stepSize(
  { batchSize, microbatchSize }: VisionProfile,
): Pick<LoaderOptions, "batchSize" | "microbatchSize"> {
  return { batchSize, ...(microbatchSize !== 0 && { microbatchSize }) };
}
