/**
 * Batches of images: shuffled and augmented for training, in order for evaluation; decoded by
 * workers.
 *
 * @module
 */
import type { ClassifiedSplit } from "./classified.ts";
import { localLane } from "./loader/lane.ts";
import {
  checkInteger,
  type Loader,
  type LoaderOptions,
  type LoadingPlan,
  planLoading,
} from "./loader/options.ts";
import { MaskLoader, type SegmentationLoader } from "./loader/label_counter.ts";
import { type LoaderParts, OrderedLoader, type Source } from "./loader/ordered_loader.ts";
import { cutIntoParts } from "./loader/parts.ts";
import { Pool } from "./loader/pool.ts";
import { type LoadSetup, makeRecipe } from "./loader/recipe.ts";
import { workerLane } from "./loader/worker_lane.ts";
import type { SegmentationSample, Split } from "./sample.ts";
import type { ClassificationTransformOptions } from "./transforms/classification.ts";
import { checkArea } from "./transforms/resized_crop.ts";
import { checkTrainingOptions, type TrainingTransformOptions } from "./transforms/training.ts";

export type { SegmentationLoader } from "./loader/label_counter.ts";
export {
  type BatchSlice,
  defaultWorkers,
  type LoadedBatch,
  type Loader,
  type LoaderOptions,
  type SkippedImage,
  wholeBatch,
} from "./loader/options.ts";

/**
 * Options of {@linkcode segmentationLoader}; size, scaleRange, flip and photometric are the
 * training transform's.
 */
export interface SegmentationLoaderOptions extends LoaderOptions, TrainingTransformOptions {
  /** Decoded images kept in memory, in bytes, over all workers (default 256 MiB). */
  cacheBytes?: number;
}

/**
 * Options of {@linkcode classificationLoader}; size, minArea, maxArea and flip are the training
 * transform's.
 */
export interface ClassificationLoaderOptions extends LoaderOptions, ClassificationTransformOptions {
  /**
   * The shorter side to which validation resizes before it crops (default: round(size · 256 /
   * 224)).
   */
  resizeTo?: number;
}

/**
 * Loads images and their masks: `labels` is `[batch, height, width]`. For the transforms see
 * {@linkcode transformForTraining} and {@linkcode transformForValidation}.
 *
 * @example
 * ```ts
 * import { segmentationLoader } from "./loader.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const labels = Int16Array.of(0, -1, 1, 1);
 * const sample = { name: "a", width: 2, height: 2, image: new Uint8Array(12), labels };
 * const split = { length: 3, names: ["a", "b", "c"], read: () => Promise.resolve(sample) };
 * const loader = segmentationLoader(split, { batchSize: 2, size: 8, train: false });
 * for await (const { images, imageShape } of loader.batches(0)) {
 *   deepEqual(images.length, imageShape[0] * 8 * 8 * 3);
 * }
 * await loader.close();
 * ```
 *
 * @param split the images and their masks
 * @param options batches, transform and workers
 * @returns the loader
 * @throws {RangeError} if an option is out of range, or an epoch would hold no batch
 */
export function segmentationLoader(
  split: Split,
  options: SegmentationLoaderOptions,
): SegmentationLoader {
  const { train, seed = 0, size, cacheBytes = 256 * 2 ** 20, decoder } = options;
  const plan = planLoading("segmentationLoader", options, split.entry !== undefined);
  checkInteger("segmentationLoader", { size }, 1);
  checkTrainingOptions(options);
  const source: Source = {
    length: split.length,
    item: (index) => split.entry ? { index, entry: split.entry(index) } : { index },
    name: (index) => split.names[index] as string,
  };
  const setup: LoadSetup = {
    kind: "segmentation",
    train,
    seed,
    transform: options,
    cacheBytes: cacheBytes / Math.max(1, plan.workers),
    decoder,
  };
  const read = split.entry ? undefined : (index: number) => split.read(index);
  return new MaskLoader(partsOf("segmentationLoader", source, setup, plan, [size, size], read));
}

/**
 * Loads classified pictures: `labels` is `[batch]`. Training draws random crops (see
 * {@linkcode viewForTraining}), evaluation takes the center (see {@linkcode viewForValidation}).
 *
 * @param split the pictures
 * @param options batches, transform and workers
 * @returns the loader
 * @throws {RangeError} if an option is out of range, or an epoch would hold no batch
 */
export function classificationLoader(
  split: ClassifiedSplit,
  options: ClassificationLoaderOptions,
): Loader {
  const { train, seed = 0, size, decoder } = options;
  const { resizeTo = Math.round(size * 256 / 224) } = options;
  const plan = planLoading("classificationLoader", options, true);
  checkInteger("classificationLoader", { size }, 1);
  checkInteger("classificationLoader", { resizeTo }, size);
  checkArea(options);
  const source: Source = {
    length: split.length,
    item: (index) => ({ index, entry: split.entry(index) }),
    name: (index) => split.entry(index).name,
  };
  const setup: LoadSetup = {
    kind: "classification",
    train,
    seed,
    transform: options,
    resizeTo,
    decoder,
  };
  return new OrderedLoader(partsOf("classificationLoader", source, setup, plan, []));
}

function partsOf(
  caller: string,
  source: Source,
  setup: LoadSetup,
  plan: LoadingPlan,
  labelShape: readonly number[],
  read?: (index: number) => Promise<SegmentationSample>,
): LoaderParts {
  const { train, seed, transform: { size } } = setup;
  const parts = cutIntoParts(caller, source.length, train, plan);
  const open = plan.workers > 0
    ? () => workerLane(setup)
    : () => localLane(() => makeRecipe(setup, read));
  const pool = new Pool(open, Math.max(1, plan.workers));
  const imageShape = [size, size, 3] as const;
  return { source, plan, parts, pool, train, seed, imageShape, labelShape };
}
