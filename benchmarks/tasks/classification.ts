import { type ClassifiedDataset, openClassified } from "../../datasets/classified.ts";
import { generatePictures } from "../../datasets/generated/pictures.ts";
import { classificationLoader } from "../../datasets/loader.ts";
import type * as tf from "../../src/tf.ts";
import { resnet } from "../../src/models/resnet.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import { durationInSteps } from "../../src/training/duration.ts";
import * as losses from "../../src/training/losses.ts";
import * as metrics from "../../src/training/metrics.ts";
import * as optimizers from "../../src/training/optimizers.ts";
import * as schedules from "../../src/training/schedules.ts";
import { bestConstant, checkUsable, nameOf, unbalanced } from "./classified_data.ts";
import type { ClassificationProfile } from "../experiments/profiles/imagenet.ts";
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

/**
 * The task of classifying the images of a data set, in any layout that `openClassified` knows: by
 * default a ResNet on generated pictures.
 *
 * @param profile the network, the data and the recipe
 * @param source a data set's folder and a model of one's own
 * @param loading how images are loaded
 * @returns the task; it has no panels, as a few images tell less than top-1 and top-5 do
 * @throws {UsageError} if the profile needs data and none is given
 * @throws {DataError} if the data set cannot be read, has no validation images or one class alone
 */
export async function classificationTask(
  profile: ClassificationProfile,
  source: { data?: string; model?: ModelFactory },
  loading: LoadingOptions = {},
): Promise<Task> {
  const generated = source.data === undefined;
  const dataset = await openClassified(source.data ?? await pictures(profile));
  checkUsable(dataset);
  const { training, classes } = dataset;
  const name = generated ? "generated pictures" : nameOf(dataset);
  const data = await dataRecord(dataset, name, generated);
  const steps = stepsOf(profile, training.length);
  const warmupSteps = durationInSteps(profile.warmup, steps.perEpoch, "warmup");
  const loaders = new TaskLoaders(loading);
  const evaluation = evaluationBatches(dataset, profile, loaders);
  return {
    data,
    constantPrediction: bestConstant(dataset),
    panels: [],
    batchSize: profile.batchSize,
    mainMetric: "top1",
    warnings: [
      ...evaluationOnly(data, "train/<class>/*.JPEG"),
      ...unbalanced(dataset),
      ...longWarmup(warmupSteps, steps.total),
    ],
    trainDataloader: (seed) =>
      training.length > 0 ? trainingBatches(dataset, profile, seed, loaders) : undefined,
    evalDataloader: () => evaluation,
    makeModel: (seed) => {
      const model = makeModel(profile, classes, seed, source.model);
      return training.length > 0 ? checkSmallestPart(model, profile) : model;
    },
    makeOptimizer: () => optimizers.decoupledSgdw(profile),
    schedule: schedules.cosine({ warmupSteps }),
    loss: losses.crossEntropy,
    makeMetrics: () => accuracies(classes),
    predict: () => Promise.resolve([]),
    close: () => loaders.close(),
  };
}

async function pictures(profile: ClassificationProfile): Promise<string> {
  const { generatedTraining: training, generatedValidation: validation } = profile;
  const { generatedClasses: classes, resizeTo: size } = profile;
  const folder = generatedFolder(profile, `pictures-${size}px-${classes}-classes`);
  return await generatePictures(folder, { training, validation, size, classes, seed: 0 });
}

function trainingBatches(
  { training }: ClassifiedDataset,
  profile: ClassificationProfile,
  seed: number,
  loaders: TaskLoaders,
): ClosableDataloader {
  const { imageSize: size, minArea } = profile;
  const options = { ...stepSize(profile), size, minArea, seed, train: true };
  return loaders.dataloader(classificationLoader(training, { ...options, ...loaders.options }));
}

function evaluationBatches(
  { validation }: ClassifiedDataset,
  { evalBatchSize: batchSize, imageSize: size, resizeTo }: ClassificationProfile,
  loaders: TaskLoaders,
): ClosableDataloader {
  const options = { batchSize, size, resizeTo, train: false };
  return loaders.dataloader(classificationLoader(validation, { ...options, ...loaders.options }));
}

function makeModel(
  profile: ClassificationProfile,
  classes: number,
  seed: number,
  factory?: ModelFactory,
): tf.LayersModel {
  const { width, stem, normalizationScale, imageSize } = profile;
  const inputShape: [number, number, number] = [imageSize, imageSize, 3];
  if (factory !== undefined) return ownModel(factory, { classes, inputShape, seed }, [classes]);
  const own = { width, stem, normalizationScale, depth: depthOf(profile) };
  return resnet({ ...own as ResNetBackboneOptions, classes, inputShape, seed });
}

/** Top-5 of no more than five classes would always be 100 %. */
function accuracies(classes: number): metrics.Metric[] {
  const ranks = classes > 5 ? [1, 5] : [1];
  return ranks.map((topK) => named(`top${topK}`, new metrics.Accuracy({ topK })));
}

function named(name: string, metric: metrics.Metric): metrics.Metric {
  return {
    name,
    update: (labels, logits) => metric.update(labels, logits),
    result: () => metric.result(),
    reset: () => metric.reset(),
  };
}
