/**
 * What the tasks on images share, whatever is predicted of an image: generated data, the record of a
 * data set, the length of a cell, the network's depth, models of one's own.
 *
 * @module
 */
import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import type { LoaderOptions } from "../../datasets/loader.ts";
import type * as tf from "../../src/tf.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import { durationInSteps } from "../../src/training/duration.ts";
import { UsageError } from "../ground/errors.ts";
import { modelSeed } from "../experiments/model_seed.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import type { DataRecord, Warning } from "../record/mod.ts";
import type { ModelContext, ModelFactory } from "../experiments/arm.ts";

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

/** What every data set tells of itself. */
interface DatasetFacts {
  classes: number;
  classNames: readonly string[];
  training: { readonly length: number };
  validation: { readonly length: number };
  identity(): Promise<{ listSha256: string }>;
}

/**
 * The record of a data set.
 *
 * @param dataset the data set
 * @param name what it is called in the report
 * @param generated whether its images were generated
 */
export async function dataRecord(
  dataset: DatasetFacts,
  name: string,
  generated: boolean,
): Promise<DataRecord> {
  return {
    name,
    classes: dataset.classes,
    classNames: [...dataset.classNames],
    generated,
    trainingCount: dataset.training.length,
    validationCount: dataset.validation.length,
    identity: (await dataset.identity()).listSha256,
  };
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
 * A model of one's own. The function that makes it is never given the seed 0.
 *
 * @param factory makes it
 * @param context what it is made for, with the cell's seed
 * @param wanted its output's shape without the batch
 * @throws {UsageError} if the factory throws or the output is another
 */
export function ownModel(
  factory: ModelFactory,
  context: ModelContext,
  wanted: readonly number[],
): tf.LayersModel {
  const model = made(factory, { ...context, seed: modelSeed(context.seed) });
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
