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
import * as optimizers from "../../src/training/optimizers.ts";
import type { ScheduledOptimizer } from "../../src/training/train_step.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { modelSeed } from "../experiments/seeds.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import type { DataRecord, Warning } from "../record/mod.ts";
import type { ArmDefinition, ModelContext, ModelFactory } from "../experiments/arm.ts";
import type { InitialWeights } from "./initial_weights.ts";
import { checkSmallestPart } from "./smallest_part.ts";

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
 * @param profile tells the batch, the duration and the warm-up
 * @param trainingCount images to train on
 * @throws {RangeError} if one of the durations is none
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

/**
 * The warning that a warm-up calls for that does not end before the training does.
 *
 * @param steps of a cell
 */
export function longWarmup({ warmup, total }: Steps): Warning[] {
  if (total === 0 || warmup < total) return [];
  return [{
    code: "long-warmup",
    message: `The learning rate rises for ${warmup} steps, and a cell has ${total}: it never ` +
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

/** What a task makes models of. */
export interface ModelRecipe<P extends VisionProfile> {
  profile: P;
  /** The profile's values that make the suite's own network. */
  networkSettings: readonly string[];
  classes: number;
  /** The output's shape without the batch. */
  logits: readonly number[];
  /** Whether there are images to train on. */
  trains: boolean;
  /** What it begins from, where that is a file. */
  weights?: InitialWeights | undefined;
  /** Makes the suite's own network. */
  make(inputShape: [number, number, number], seed: number): tf.LayersModel;
}

/**
 * An arm's model, with its first weights.
 *
 * @param recipe the task's
 * @param seed the cell's
 * @param arm what makes the model, where it is not the suite's own
 * @throws {UsageError} if the arm's function throws or its output is another, the model cannot train
 * on the parts of a batch, or the weights are another network's
 */
export function makeModel<P extends VisionProfile>(
  recipe: ModelRecipe<P>,
  seed: number,
  arm: Pick<ArmDefinition, "name" | "model">,
): tf.LayersModel {
  const { profile, trains, weights } = recipe;
  const { imageSize } = profile;
  const inputShape: [number, number, number] = [imageSize, imageSize, 3];
  const model = arm.model === undefined
    ? recipe.make(inputShape, seed)
    : ownModel(recipe, inputShape, seed, arm.name, arm.model);
  if (trains) checkSmallestPart(model, profile);
  weights?.load(model);
  return model;
}

/** A model of one's own. The function that makes it is never given the seed 0. */
function ownModel<P extends VisionProfile>(
  { profile, networkSettings, classes, logits }: ModelRecipe<P>,
  inputShape: [number, number, number],
  seed: number,
  arm: string,
  factory: ModelFactory,
): tf.LayersModel {
  const settings = Object.fromEntries(
    Object.entries(profile).filter(([key]) => !networkSettings.includes(key)),
  );
  const context = { classes, inputShape, seed: modelSeed(seed), arm, settings };
  const model = made(factory, context);
  const shape = Array.isArray(model?.outputs) ? model.outputs[0]?.shape.slice(1) : undefined;
  const fits = shape?.length === logits.length &&
    shape.every((n, i) => n === null || n === logits[i]);
  if (fits) return model;
  throw new UsageError(
    `Cannot use the model of the arm "${arm}" as its output must be logits [batch, ${
      logits.join(", ")
    }]: it is ${shape === undefined ? "no LayersModel" : `[batch, ${shape.join(", ")}]`}`,
  );
}

/** What goes wrong in a user's own function is theirs to put right. */
function made(factory: ModelFactory, context: ModelContext): tf.LayersModel {
  try {
    return factory(context);
  } catch (error) {
    const reason = reasonOf(error).replace(/\s+/g, " ");
    throw new UsageError(
      `Cannot make the model of the arm "${context.arm}" as its function throws: ${reason}`,
      { cause: error },
    );
  }
}

const byName = { "decoupled-sgdw": optimizers.decoupledSgdw, sgd: optimizers.sgd };

/**
 * The optimizer that a profile asks for.
 *
 * @param profile its name and its values
 * @throws {UsageError} if the name is unknown (suggests the nearest)
 */
export function optimizerOf(profile: VisionProfile): ScheduledOptimizer {
  const { optimizer: name, learningRate, momentum, weightDecay } = profile;
  if (!Object.hasOwn(byName, name)) throw unknownName("optimizer", name, Object.keys(byName));
  return byName[name as keyof typeof byName]({ learningRate, momentum, weightDecay });
}
