import { type Ade20kDataset, openAde20k } from "../../datasets/ade20k/dataset.ts";
import { constantPrediction } from "../../datasets/baseline.ts";
import { DataError } from "../../datasets/errors.ts";
import { generateScenes } from "../../datasets/generated/scenes.ts";
import { countLabels, type LabelCounts } from "../../datasets/label_counts.ts";
import { segmentationLoader } from "../../datasets/loader.ts";
import { orientedImages } from "../../datasets/oriented_images.ts";
import type { Split } from "../../datasets/sample.ts";
import { unseenLabels } from "../../datasets/unseen_labels.ts";
import type * as tf from "../../src/tf.ts";
import { deeplabv3plus } from "../../src/models/deeplabv3plus.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import * as losses from "../../src/training/losses.ts";
import * as metrics from "../../src/training/metrics.ts";
import * as optimizers from "../../src/training/optimizers.ts";
import * as schedules from "../../src/training/schedules.ts";
import { UsageError } from "../ground/errors.ts";
import { firstImages, panelsOf, predictPanels } from "./panels.ts";
import type { SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import { fixed } from "../ground/format.ts";
import type { Warning } from "../record/mod.ts";
import { checkSmallestPart } from "./smallest_part.ts";
import type { LoadingOptions } from "./suite.ts";
import type { ModelFactory } from "../experiments/arm.ts";
import type { ClosableDataloader, Task } from "./task.ts";
import { TaskLoaders } from "./task_loaders.ts";
import {
  dataRecord,
  depthOf,
  evaluationOnly,
  generatedFolder,
  longWarmup,
  ownModel,
  stepSize,
  stepsOf,
} from "./vision.ts";
import { labelWarnings } from "./label_warnings.ts";

/**
 * The task of segmenting a data set in ADE20k's layout: by default DeepLabv3+ on generated scenes.
 *
 * @param profile the network, the data and the recipe
 * @param source a data set's folder and a model of one's own
 * @param loading how images are loaded
 * @returns the task
 * @throws {UsageError} if the profile needs data and none is given; by `makeModel` also where a part of
 * a batch has one image, and the model needs more
 * @throws {DataError} if the data set cannot be read, has no validation images, one class alone, or
 * validation masks that hold one class alone
 */
export async function segmentationTask(
  profile: SegmentationProfile,
  source: { data?: string; model?: ModelFactory },
  loading: LoadingOptions = {},
): Promise<Task> {
  const generated = source.data === undefined;
  const dataset = await openAde20k(source.data ?? await scenes(profile));
  checkUsable(dataset);
  const trains = dataset.training.length > 0;
  const data = await dataRecord(dataset, generated ? "generated scenes" : dataset.name, generated);
  const loaders = new TaskLoaders(loading);
  const evaluation = evaluationBatches(dataset, profile, loaders);
  const { panelImages, imageSize } = profile;
  if (!Number.isInteger(panelImages) || panelImages < 0) {
    throw new UsageError(
      `Cannot run as panelImages must be a whole number >= 0: current value is ${panelImages}`,
    );
  }
  const { skipBad = 0 } = loading;
  const panelBatch = await firstImages(dataset.validation, panelImages, imageSize, skipBad);
  const readable = skipBad > 0 ? unlabelledWhereBad(dataset.validation) : dataset.validation;
  const counts = await countLabels(readable, dataset.classes, imageSize);
  checkHeld(dataset, counts);
  const constant = constantPrediction(counts);
  return {
    data,
    constantPrediction: { mIoU: constant.mIoU, class: constant.label },
    panels: panelsOf(panelBatch),
    batchSize: profile.batchSize,
    mainMetric: "mIoU",
    warnings: [
      ...evaluationOnly(data, "images/training and annotations/training"),
      ...longWarmup(profile.warmupSteps, stepsOf(profile, dataset.training.length).total),
      ...(generated ? [] : await warningsOfLabels(dataset, counts)),
    ],
    trainDataloader: (seed) =>
      trains ? trainingBatches(dataset, profile, seed, loaders) : undefined,
    evalDataloader: () => evaluation,
    makeModel: (seed) => {
      const model = makeModel(profile, dataset.classes, seed, source.model);
      return trains ? checkSmallestPart(model, profile) : model;
    },
    makeOptimizer: () => optimizers.decoupledSgdw(profile),
    schedule: schedules.cosine({ warmupSteps: profile.warmupSteps }),
    loss: losses.segmentation(profile),
    makeMetrics: () => [new metrics.MeanIoU({ classes: dataset.classes })],
    predict: (model) => predictPanels(model, panelBatch),
    close: () => loaders.close(),
  };
}

async function scenes(profile: SegmentationProfile): Promise<string> {
  const { generatedTraining: training, generatedValidation: validation, imageSize } = profile;
  const folder = generatedFolder(profile, `scenes-${imageSize}px`);
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

/** A set of one class is no task; most often its masks count classes from 0, which means ignored here. */
function checkHeld({ root, classNames }: Ade20kDataset, { pixels, ignored }: LabelCounts): void {
  const held = classNames.flatMap((name, label) =>
    pixels[label] ? [`"${name}" (${label + 1})`] : []
  );
  if (held.length > 1) return;
  const all = ignored + pixels.reduce((sum, count) => sum + count, 0);
  const share = `${fixed(100 * ignored / all, 1)} %`;
  const what = held.length === 0 ? "no class" : `the class ${held[0]} alone`;
  throw new DataError(
    `Cannot segment ${root} as its validation masks hold ${what}, and ${share} of their pixels are 0, ` +
      "which means ignored: classes count from 1. " +
      "Where yours count from 0, add 1 to each pixel of all masks, those for training too (in Python: " +
      "Image.fromarray(numpy.asarray(Image.open(f)) + 1).save(f)); else add validation images of other classes",
  );
}

/** What is odd about a set's labels; of the training masks it looks at as many as it takes to find each class. */
async function warningsOfLabels(
  { classNames, training }: Ade20kDataset,
  counts: LabelCounts,
): Promise<Warning[]> {
  const held = classNames.flatMap((_, label) => counts.pixels[label] ? [label] : []);
  const unseen = training.length > 0
    ? await unseenLabels(training, held)
    : { labels: [], masks: 0 };
  return labelWarnings({
    classNames,
    counts,
    unseen,
    trainingMasks: training.length,
    training: await orientedImages(training),
  });
}

/** Bad images count for nothing; whether there are too many of them the loaders say. */
function unlabelledWhereBad(split: Split): Split {
  const { length, names } = split;
  return {
    length,
    names,
    read: async (index) => {
      try {
        return await split.read(index);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        const pixel = { width: 1, height: 1, image: new Uint8Array(3), labels: Int16Array.of(-1) };
        return { name: names[index] ?? "", ...pixel };
      }
    },
  };
}

function trainingBatches(
  { training }: Ade20kDataset,
  profile: SegmentationProfile,
  seed: number,
  loaders: TaskLoaders,
): ClosableDataloader {
  const { imageSize: size, minScale, maxScale, photometric } = profile;
  const transform = { size, scaleRange: [minScale, maxScale] as const, photometric };
  const options = { ...stepSize(profile), ...transform, seed, train: true };
  return loaders.dataloader(segmentationLoader(training, { ...options, ...loaders.options }));
}

function evaluationBatches(
  { validation }: Ade20kDataset,
  { evalBatchSize: batchSize, imageSize: size }: SegmentationProfile,
  loaders: TaskLoaders,
): ClosableDataloader {
  const options = { batchSize, size, train: false };
  return loaders.dataloader(segmentationLoader(validation, { ...options, ...loaders.options }));
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
    return ownModel(factory, { classes, inputShape, seed }, [imageSize, imageSize, classes]);
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
