import { type ClassifiedDataset, openClassified } from "../../datasets/classified.ts";
import { generatePictures } from "../../datasets/generated/pictures.ts";
import { classificationLoader } from "../../datasets/loader.ts";
import type * as tf from "../../src/tf.ts";
import { resnet } from "../../src/models/resnet.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import * as losses from "../../src/training/losses.ts";
import * as metrics from "../../src/training/metrics.ts";
import type { ArmDefinition } from "../experiments/arm.ts";
import * as schedules from "../../src/training/schedules.ts";
import { bestConstant, checkUsable, nameOf, unbalanced } from "./classified_data.ts";
import { type ClassificationProfile, networkSettings } from "../experiments/profiles/imagenet.ts";
import { oncePerKey } from "../ground/once.ts";
import type { DataRecord, Warning } from "../record/mod.ts";
import { type InitialWeights, readInitialWeights } from "./initial_weights.ts";
import type { LoadingOptions, TaskSource } from "./suite.ts";
import type { ClosableDataloader, Task } from "./task.ts";
import { TaskLoaders } from "./task_loaders.ts";
import {
  dataRecord,
  depthOf,
  evaluationOnly,
  generatedFolder,
  longWarmup,
  makeModel,
  type ModelRecipe,
  optimizerOf,
  stepSize,
  stepsOf,
} from "./vision.ts";

/**
 * The tasks of classifying the images of a data set, in any layout that `openClassified` knows: by
 * default a ResNet on generated pictures. They have no panels, as a few images tell less than top-1
 * and top-5 do.
 *
 * @param data the data set's folder
 * @param loading how images are loaded
 * @returns the tasks. Making one throws a {@linkcode UsageError} if the profile needs data and none is
 * given, and a {@linkcode DataError} if the data set cannot be read, has no validation images or one
 * class alone
 */
export function classificationTasks(
  data: string | undefined,
  loading: LoadingOptions = {},
): TaskSource<ClassificationProfile> {
  const loaders = new TaskLoaders(loading);
  const opened = oncePerKey<Promise<OpenPictures>>();
  const evaluations = oncePerKey<ClosableDataloader>();
  const weightsOf = oncePerKey<ReturnType<typeof readInitialWeights>>();
  const task = async (profile: ClassificationProfile) => {
    const { evalBatchSize, imageSize, resizeTo, initialWeights: path } = profile;
    const folder = data ?? await pictures(profile);
    const open = await opened([folder], () => openPictures(folder, data === undefined));
    const evaluation = evaluations(
      [folder, evalBatchSize, imageSize, resizeTo],
      () => evaluationBatches(open.dataset, profile, loaders),
    );
    const weights = await weightsOf([path], () => readInitialWeights(path));
    return classificationTask(profile, { ...open, evaluation }, loaders, weights);
  };
  return { task, close: () => loaders.close() };
}

/** A data set, looked through. */
interface OpenPictures {
  dataset: ClassifiedDataset;
  data: DataRecord;
  warnings: Warning[];
}

async function openPictures(folder: string, generated: boolean): Promise<OpenPictures> {
  const dataset = await openClassified(folder);
  checkUsable(dataset);
  const name = generated ? "generated pictures" : nameOf(dataset);
  const data = await dataRecord(dataset, name, generated);
  const warnings = [...evaluationOnly(data, "train/<class>/*.JPEG"), ...unbalanced(dataset)];
  return { dataset, data, warnings };
}

function classificationTask(
  profile: ClassificationProfile,
  { dataset, data, warnings, evaluation }: OpenPictures & { evaluation: ClosableDataloader },
  loaders: TaskLoaders,
  weights: InitialWeights | undefined,
): Task {
  const { training, classes } = dataset;
  const trains = training.length > 0;
  const steps = stepsOf(profile, training.length);
  const recipe = { ...recipeOf(profile, classes), trains, weights };
  return {
    data,
    constantPrediction: bestConstant(dataset),
    panels: [],
    batchSize: profile.batchSize,
    mainMetric: "top1",
    warnings: [...warnings, ...longWarmup(steps)],
    ...(weights !== undefined && { initialWeights: weights }),
    trainDataloader: (seed) =>
      trains ? trainingBatches(dataset, profile, seed, loaders) : undefined,
    evalDataloader: () => evaluation,
    makeModel: (seed, arm) => makeModel(recipe, seed, arm),
    makeOptimizer: () => optimizerOf(profile),
    schedule: schedules.cosine({ warmupSteps: steps.warmup }),
    loss: losses.crossEntropy,
    makeMetrics: () => accuracies(classes),
    predict: () => Promise.resolve([]),
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

/** How the models of a profile are made, untrained. */
function recipeOf(
  profile: ClassificationProfile,
  classes: number,
): ModelRecipe<ClassificationProfile> {
  return {
    profile,
    networkSettings,
    classes,
    logits: [classes],
    trains: false,
    make: (inputShape, seed) => network(profile, classes, inputShape, seed),
  };
}

/**
 * The model that classifies the images of an arm; no data are opened.
 *
 * @param profile the arm's values
 * @param classes how many classes there are
 * @param seed of the initial weights
 * @param arm whose model it is, and what makes it in place of the suite's own
 * @throws {UsageError} if the arm's function throws, or its output does not fit
 */
export function classificationModel(
  profile: ClassificationProfile,
  classes: number,
  seed: number,
  arm: Pick<ArmDefinition, "name" | "model">,
): tf.LayersModel {
  return makeModel(recipeOf(profile, classes), seed, arm);
}

function network(
  profile: ClassificationProfile,
  classes: number,
  inputShape: [number, number, number],
  seed: number,
): tf.LayersModel {
  const { width, stem, normalization, normalizationScale } = profile;
  const own = { width, stem, normalization, normalizationScale, depth: depthOf(profile) };
  return resnet({ ...own as ResNetBackboneOptions, classes, inputShape, seed });
}

/** Classes up to which the confusion matrix is counted, and kept in the record: 100² numbers a cell. */
const mostConfusedClasses = 100;

/** Top-5 of no more than five classes would always be 100 %. */
function accuracies(classes: number): metrics.Metric[] {
  const top1 = classes > mostConfusedClasses
    ? named("top1", new metrics.Accuracy())
    : new CountedTop1({ classes });
  return classes > 5 ? [top1, named("top5", new metrics.Accuracy({ topK: 5 }))] : [top1];
}

/** Top-1 of a confusion matrix, which the record then has too. */
class CountedTop1 extends metrics.ConfusionMatrix {
  override readonly name = "top1";

  override results(): Record<string, number> {
    return { [this.name]: this.result() };
  }
}

function named(name: string, metric: metrics.Metric): metrics.Metric {
  return {
    name,
    update: (labels, logits) => metric.update(labels, logits),
    result: () => metric.result(),
    reset: () => metric.reset(),
  };
}
