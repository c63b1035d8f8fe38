/**
 * What the tasks on images share, whatever is predicted of an image: generated data, batches as
 * tensors, the network's depth, models of one's own.
 *
 * @module
 */
import { join } from "node:path";
import { DataError, reasonOf } from "../datasets/errors.ts";
import type { LoadedBatch, Loader, LoaderOptions } from "../datasets/loader.ts";
import * as tf from "../src/tf.ts";
import type { ResNetBackboneOptions } from "../src/models/resnet_backbone.ts";
import type { Batch } from "../src/training/dataloader.ts";
import { durationInSteps } from "../src/training/duration.ts";
import { UsageError } from "./errors.ts";
import type { VisionProfile } from "./profiles/vision.ts";
import type { DataRecord, Warning } from "./result.ts";
import type { LoadingOptions } from "./suite.ts";
import type { ClosableDataloader, ModelContext, ModelFactory, SkippedImage } from "./task.ts";

/** Where generated images are kept between runs. */
const cacheFolder = ".cache";

/**
 * The folder for a profile's generated images.
 *
 * @param profile tells how many there are
 * @param name what is in it, with all that they depend on
 * @throws {UsageError} if the profile generates none, and so needs data
 */
export function generatedFolder(profile: VisionProfile, name: string): string {
  const { generatedTraining: training, generatedValidation: validation } = profile;
  if (training > 0 && validation > 0) return join(cacheFolder, `${name}-${training}-${validation}`);
  throw new UsageError(
    "Cannot run this profile as it needs a data set: give its folder by --data DIR " +
      "(datasets/README.md tells where to get it)",
  );
}

/**
 * The warning that a data set without training images calls for.
 *
 * @param data the data set
 * @param folders where its training images belong
 */
export function evaluationOnly(data: DataRecord, folders: string): Warning[] {
  if (data.trainingCount > 0) return [];
  return [{
    code: "evaluation-only",
    message: "The data set has no training images: the initial weights were evaluated, untrained",
    advice: `Give a data set with ${folders}`,
  }];
}

/**
 * How many steps an epoch and a whole cell have.
 *
 * @param profile tells the batch and the duration
 * @param trainingCount images to train on
 * @throws {RangeError} if the duration is none
 */
export function stepsOf(
  { batchSize, duration }: VisionProfile,
  trainingCount: number,
): { perEpoch: number; total: number } {
  // A batch of 0 is refused by the loader, which names what is wrong.
  const perEpoch = batchSize > 0 ? Math.floor(trainingCount / batchSize) : 0;
  return { perEpoch, total: durationInSteps(duration, perEpoch, "duration") };
}

/**
 * The warning that a warm-up calls for that does not end before the training does.
 *
 * @param warmupSteps steps over which the learning rate rises
 * @param steps steps of a cell; 0 where nothing is trained
 */
export function longWarmup(warmupSteps: number, steps: number): Warning[] {
  if (steps === 0 || warmupSteps < steps) return [];
  return [{
    code: "long-warmup",
    message:
      `The learning rate rises for ${warmupSteps} steps, and a cell has ${steps}: it never ` +
      "comes to its peak, and never falls",
    advice: "Shorten the warm-up by --set, or train longer",
  }];
}

/** The loaders that a task has made: their limit of bad images, and their end. */
export class TaskLoaders {
  /** What every loader of the task is told. */
  readonly options: Pick<LoaderOptions, "workers" | "skipBad" | "decoder">;
  readonly #loaders: Loader[] = [];

  /** @param options as the command line has them */
  constructor(options: LoadingOptions) {
    this.options = { ...options, ...decoder() };
  }

  /** A loader's arrays as tensors, which whoever iterates disposes of. */
  dataloader(loader: Loader): ClosableDataloader {
    this.#loaders.push(loader);
    return {
      batchesPerEpoch: loader.batchesPerEpoch,
      microbatchesPerBatch: loader.microbatchesPerBatch,
      batches: (epoch) => this.#tensors(loader.batches(epoch)),
      batchesFrom: (epoch, firstBatch) => this.#tensors(loader.batches(epoch, firstBatch)),
      skipped: () => loader.skipped,
      close: () => loader.close(),
    };
  }

  /** The images that any of them has passed over so far, each once. */
  skipped(): SkippedImage[] {
    const all = this.#loaders.flatMap(({ skipped }) => skipped);
    return [...new Map(all.map((image) => [image.name, image])).values()];
  }

  /** Ends every loader's workers. */
  async close(): Promise<void> {
    await Promise.all(this.#loaders.map((loader) => loader.close()));
  }

  async *#tensors(batches: AsyncIterable<LoadedBatch>): AsyncGenerator<Batch, void, void> {
    for await (const { images, imageShape, labels, labelShape } of batches) {
      this.#checkSkipped();
      yield { x: tf.tensor4d(images, imageShape), y: tf.tensor(labels, labelShape, "int32") };
    }
  }

  /** Each loader keeps to the limit; together they must, too. */
  #checkSkipped(): void {
    const { skipBad = 0 } = this.options;
    const skipped = this.skipped();
    if (skipped.length <= skipBad) return;
    throw new DataError(
      `Cannot pass over more than ${skipBad} bad images (--skip-bad), and there are more: ` +
        skipped.map(({ reason }) => reason).join("; "),
    );
  }
}

/** TensorFlow's decoder is the faster one, and there where its backend is. */
function decoder(): { decoder?: string } {
  if (tf.getBackend() !== "tensorflow") return {};
  return { decoder: new URL("../src/backends/tensorflow/decode_jpeg.ts", import.meta.url).href };
}

/** What a step takes, as a loader is told: a microbatch of 0 images is the whole batch. */
export function stepSize(
  { batchSize, microbatchSize }: VisionProfile,
): Pick<LoaderOptions, "batchSize" | "microbatchSize"> {
  return { batchSize, ...(microbatchSize !== 0 && { microbatchSize }) };
}

/** The ResNet that a profile asks for; its numbers come from `--set`, and are checked there. */
export function depthOf({ depth, blocks }: VisionProfile): ResNetBackboneOptions["depth"] {
  const asked = depth === 0 ? { block: "basic", counts: blocks } : depth;
  return asked as ResNetBackboneOptions["depth"];
}

/**
 * A model of one's own.
 *
 * @param factory makes it
 * @param context what it is made for
 * @param wanted its output's shape without the batch
 * @throws {UsageError} if the factory throws or the output is another
 */
export function ownModel(
  factory: ModelFactory,
  context: ModelContext,
  wanted: readonly number[],
): tf.LayersModel {
  const model = made(factory, context);
  const shape = Array.isArray(model?.outputs) ? model.outputs[0]?.shape.slice(1) : undefined;
  const fits = shape?.length === wanted.length &&
    shape.every((n, i) => n === null || n === wanted[i]);
  if (fits) return model;
  throw new UsageError(
    `Cannot use the model as its output must be logits [batch, ${wanted.join(", ")}]: ` +
      `it is ${shape === undefined ? "no LayersModel" : `[batch, ${shape.join(", ")}]`}`,
  );
}

/** What goes wrong in a user's own function is theirs to put right. */
function made(factory: ModelFactory, context: ModelContext): tf.LayersModel {
  try {
    return factory(context);
  } catch (error) {
    const reason = reasonOf(error).replace(/\s+/g, " ");
    throw new UsageError(`Cannot make the model as its function throws: ${reason}`, {
      cause: error,
    });
  }
}
