import { join } from "node:path";
import { type Ade20kDataset, openAde20k } from "../datasets/ade20k/dataset.ts";
import { constantPrediction } from "../datasets/baseline.ts";
import { DataError, reasonOf } from "../datasets/errors.ts";
import { generateScenes } from "../datasets/generated/scenes.ts";
import { SegmentationLoader } from "../datasets/loader.ts";
import * as tf from "../src/tf.ts";
import { deeplabv3plus } from "../src/models/deeplabv3plus.ts";
import type { ResNetBackboneOptions } from "../src/models/resnet_backbone.ts";
import type { Dataloader } from "../src/training/dataloader.ts";
import * as losses from "../src/training/losses.ts";
import * as metrics from "../src/training/metrics.ts";
import * as optimizers from "../src/training/optimizers.ts";
import * as schedules from "../src/training/schedules.ts";
import { UsageError } from "./errors.ts";
import { firstImages, panelsOf, predictPanels } from "./panels.ts";
import type { SegmentationProfile } from "./profiles/ade20k.ts";
import type { DataRecord, Warning } from "./result.ts";
import type { ModelContext, ModelFactory, Task } from "./task.ts";

/** Where generated scenes are kept between runs. */
const cacheFolder = ".cache";

/**
 * The task of segmenting a data set in ADE20k's layout: by default DeepLabv3+ on generated scenes.
 *
 * @param profile the network, the data and the recipe
 * @param source a data set's folder and a model of one's own
 * @returns the task
 * @throws {UsageError} if the profile needs data and none is given
 * @throws {DataError} if the data set cannot be read, has no validation images or one class alone
 */
export async function segmentationTask(
  profile: SegmentationProfile,
  source: { data?: string; model?: ModelFactory },
): Promise<Task> {
  const generated = source.data === undefined;
  const dataset = await openAde20k(source.data ?? await scenes(profile));
  checkUsable(dataset);
  const trains = dataset.training.length > 0;
  const data = await describe(dataset, generated);
  const batches = evaluationBatches(dataset, profile);
  const { panelImages, imageSize } = profile;
  const panelBatch = await firstImages(dataset.validation, panelImages, imageSize);
  const constant = await constantPrediction(dataset.validation, dataset.classes, imageSize);
  return {
    data,
    constantPrediction: { mIoU: constant.mIoU, class: constant.label },
    panels: panelsOf(panelBatch),
    batchSize: profile.batchSize,
    mainMetric: "mIoU",
    warnings: warningsOf(data),
    trainDataloader: (seed) => trains ? trainingBatches(dataset, profile, seed) : undefined,
    evalDataloader: () => batches,
    makeModel: (seed) => makeModel(profile, dataset.classes, seed, source.model),
    makeOptimizer: () => optimizers.decoupledSgdw(profile),
    schedule: schedules.cosine({ warmupSteps: profile.warmupSteps }),
    loss: losses.segmentation(profile),
    makeMetrics: () => [new metrics.MeanIoU({ classes: dataset.classes })],
    predict: (model) => predictPanels(model, panelBatch),
  };
}

async function scenes(profile: SegmentationProfile): Promise<string> {
  const { generatedTraining: training, generatedValidation: validation, imageSize } = profile;
  if (training === 0 || validation === 0) {
    throw new UsageError(
      "Cannot run this profile as it needs a data set: give its folder by --data DIR " +
        "(datasets/README.md tells where to get it)",
    );
  }
  const folder = join(cacheFolder, `scenes-${imageSize}px-${training}-${validation}`);
  return await generateScenes(folder, { training, validation, size: imageSize });
}

function checkUsable({ root, validation, classes }: Ade20kDataset): void {
  if (validation.length === 0) {
    throw new DataError(
      `Cannot evaluate on ${root} as it has no validation images: add images/validation and ` +
        "annotations/validation",
    );
  }
  if (classes < 2) {
    throw new DataError(
      `Cannot segment ${root} as it has ${classes} class, and 2 or more are wanted: give the rest ` +
        "of the image a class of its own",
    );
  }
}

async function describe(dataset: Ade20kDataset, generated: boolean): Promise<DataRecord> {
  const { listSha256 } = await dataset.identity();
  return {
    name: generated ? "generated scenes" : dataset.name,
    classes: dataset.classes,
    classNames: [...dataset.classNames],
    generated,
    trainingCount: dataset.training.length,
    validationCount: dataset.validation.length,
    identity: listSha256,
  };
}

function warningsOf(data: DataRecord): Warning[] {
  if (data.trainingCount > 0) return [];
  return [{
    code: "evaluation-only",
    message: "The data set has no training images: the initial weights were evaluated, untrained",
    advice: "Give a data set with images/training and annotations/training",
  }];
}

function trainingBatches(
  dataset: Ade20kDataset,
  profile: SegmentationProfile,
  seed: number,
): Dataloader {
  const { batchSize, imageSize: size, minScale, maxScale, photometric } = profile;
  const scaleRange = [minScale, maxScale] as const;
  const options = { batchSize, size, seed, train: true, scaleRange, photometric };
  return tensors(new SegmentationLoader(dataset.training, options));
}

function evaluationBatches(dataset: Ade20kDataset, profile: SegmentationProfile): Dataloader {
  const { evalBatchSize: batchSize, imageSize: size } = profile;
  return tensors(new SegmentationLoader(dataset.validation, { batchSize, size, train: false }));
}

/** A loader's arrays as tensors, which whoever iterates disposes of. */
function tensors(loader: SegmentationLoader): Dataloader {
  return {
    batchesPerEpoch: loader.batchesPerEpoch,
    async *batches(epoch) {
      for await (const { images, labels, shape } of loader.batches(epoch)) {
        yield { x: tf.tensor4d(images, [...shape, 3]), y: tf.tensor3d(labels, shape, "int32") };
      }
    },
  };
}

function makeModel(
  profile: SegmentationProfile,
  classes: number,
  seed: number,
  factory?: ModelFactory,
): tf.LayersModel {
  const { imageSize } = profile;
  const inputShape: [number, number, number] = [imageSize, imageSize, 3];
  if (factory !== undefined) {
    const model = modelOf(factory, { classes, inputShape, seed });
    return checkedModel(model, [imageSize, imageSize, classes]);
  }
  const { width, headChannels, lowLevelChannels, dilations, dropout } = profile;
  const backbone = { depth: depthOf(profile), width, outputStride: profile.outputStride };
  return deeplabv3plus({
    backbone: backbone as ResNetBackboneOptions, // a profile's numbers come from --set: checked there
    classes,
    inputShape,
    headChannels,
    lowLevelChannels,
    dilations,
    dropout,
    seed,
  });
}

function depthOf({ depth, blocks }: SegmentationProfile) {
  return depth === 0 ? { block: "basic", counts: blocks } : depth;
}

/** What goes wrong in a user's own function is theirs to put right. */
function modelOf(factory: ModelFactory, context: ModelContext): tf.LayersModel {
  try {
    return factory(context);
  } catch (error) {
    const reason = reasonOf(error).replace(/\s+/g, " ");
    throw new UsageError(`Cannot make the model as its function throws: ${reason}`, {
      cause: error,
    });
  }
}

function checkedModel(model: tf.LayersModel, wanted: number[]): tf.LayersModel {
  const shape = Array.isArray(model?.outputs) ? model.outputs[0]?.shape.slice(1) : undefined;
  const fits = shape?.length === 3 && shape.every((n, i) => n === null || n === wanted[i]);
  if (fits) return model;
  throw new UsageError(
    `Cannot use the model as its output must be logits [batch, ${wanted.join(", ")}]: ` +
      `it is ${shape === undefined ? "no LayersModel" : `[batch, ${shape.join(", ")}]`}`,
  );
}
