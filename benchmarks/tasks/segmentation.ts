import { type Ade20kDataset, openAde20k } from "../../datasets/ade20k/dataset.ts";
import { constantPrediction } from "../../datasets/baseline.ts";
import { DataError } from "../../datasets/errors.ts";
import { generateScenes } from "../../datasets/generated/scenes.ts";
import type { LabelCounts } from "../../datasets/label_counts.ts";
import {
  type LoadedBatch,
  type SegmentationLoader,
  segmentationLoader,
} from "../../datasets/loader.ts";
import { orientedImages } from "../../datasets/oriented_images.ts";
import { unseenLabels } from "../../datasets/unseen_labels.ts";
import type * as tf from "../../src/tf.ts";
import { deeplabv3plus } from "../../src/models/deeplabv3plus.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import * as losses from "../../src/training/losses.ts";
import * as metrics from "../../src/training/metrics.ts";
import * as schedules from "../../src/training/schedules.ts";
import type { ArmDefinition } from "../experiments/arm.ts";
import { panelImagesOf, panelsOf, predictPanels } from "./panels.ts";
import { networkSettings, type SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import { fixed } from "../ground/format.ts";
import { count } from "../ground/kinds.ts";
import { oncePerKey } from "../ground/once.ts";
import type { ConstantPrediction, DataRecord, Warning } from "../record/mod.ts";
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
import { labelWarnings } from "./label_warnings.ts";

/**
 * The tasks of segmenting a data set in ADE20k's layout: by default DeepLabv3+ on generated scenes.
 *
 * @param data the data set's folder
 * @param loading how images are loaded
 * @returns the tasks. Making one throws a {@linkcode UsageError} if the profile needs data and none is
 * given, and a {@linkcode DataError} if the data set cannot be read, has no validation images, one
 * class alone, or validation masks that hold one class alone
 */
export function segmentationTasks(
  data: string | undefined,
  loading: LoadingOptions = {},
): TaskSource<SegmentationProfile> {
  const loaders = new TaskLoaders(loading);
  const opened = oncePerKey<Promise<OpenScenes>>();
  const weightsOf = oncePerKey<ReturnType<typeof readInitialWeights>>();
  const task = async (profile: SegmentationProfile) => {
    const { imageSize, panelImages, evalBatchSize, initialWeights: path } = profile;
    const folder = data ?? await scenes(profile);
    const open = await opened(
      [folder, imageSize, panelImages, evalBatchSize],
      () => openScenes(folder, data === undefined, profile, loaders),
    );
    const weights = await weightsOf([path], () => readInitialWeights(path));
    return segmentationTask(profile, open, loaders, weights);
  };
  return { task, close: () => loaders.close() };
}

/** A data set, looked through. */
interface OpenScenes {
  dataset: Ade20kDataset;
  data: DataRecord;
  evaluation: ClosableDataloader;
  panelBatch: LoadedBatch | undefined;
  constant: ConstantPrediction;
  warnings: Warning[];
}

async function openScenes(
  folder: string,
  generated: boolean,
  profile: SegmentationProfile,
  loaders: TaskLoaders,
): Promise<OpenScenes> {
  const dataset = await openAde20k(folder);
  checkUsable(dataset);
  const data = await dataRecord(dataset, generated ? "generated scenes" : dataset.name, generated);
  count().check(profile.panelImages, "Cannot run as panelImages");
  const validation = evaluationLoader(dataset, profile, loaders);
  const evaluation = loaders.dataloader(validation);
  const { skipBad = 0 } = loaders.options;
  const { panelBatch, counts } = await readValidation(dataset, profile, validation, skipBad);
  const { mIoU, label } = constantPrediction(counts);
  return {
    dataset,
    data,
    evaluation,
    panelBatch,
    constant: { mIoU, class: label },
    warnings: [
      ...evaluationOnly(data, "images/training and annotations/training"),
      ...(generated ? [] : await warningsOfLabels(dataset, counts)),
    ],
  };
}

function segmentationTask(
  profile: SegmentationProfile,
  { dataset, data, evaluation, panelBatch, constant, warnings }: OpenScenes,
  loaders: TaskLoaders,
  weights: InitialWeights | undefined,
): Task {
  const { classes, training } = dataset;
  const trains = training.length > 0;
  const steps = stepsOf(profile, training.length);
  const recipe = { ...recipeOf(profile, classes), trains, weights };
  return {
    data,
    constantPrediction: constant,
    panels: panelsOf(panelBatch),
    batchSize: profile.batchSize,
    mainMetric: "mIoU",
    evaluatedOn: `masks of ${profile.imageSize} px`,
    warnings: [...warnings, ...longWarmup(steps)],
    ...(weights !== undefined && { initialWeights: weights }),
    trainDataloader: (seed) =>
      trains ? trainingBatches(dataset, profile, seed, loaders) : undefined,
    evalDataloader: () => evaluation,
    makeModel: (seed, arm) => makeModel(recipe, seed, arm),
    makeOptimizer: () => optimizerOf(profile),
    schedule: schedules.cosine({ warmupSteps: steps.warmup }),
    loss: losses.segmentation(profile),
    makeMetrics: () => [new metrics.ConfusionMatrix({ classes })],
    predict: (model) => predictPanels(model, panelBatch),
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

/**
 * Reads what a run must know of its validation images. Masks are counted by the workers that
 * evaluation needs anyway: they take a while to start, and this thread goes on meanwhile.
 */
async function readValidation(
  dataset: Ade20kDataset,
  { panelImages, imageSize }: SegmentationProfile,
  loader: SegmentationLoader,
  skipBad: number,
): Promise<{ panelBatch: LoadedBatch | undefined; counts: LabelCounts }> {
  const counting = loader.countLabels(dataset.classes);
  counting.catch(() => {}); // it is thrown below, unless the images fail first
  const panelBatch = await panelImagesOf(dataset.validation, panelImages, imageSize, skipBad);
  const counts = await counting;
  checkHeld(dataset, counts);
  return { panelBatch, counts };
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

function evaluationLoader(
  { validation }: Ade20kDataset,
  { evalBatchSize: batchSize, imageSize: size }: SegmentationProfile,
  loaders: TaskLoaders,
): SegmentationLoader {
  return segmentationLoader(validation, { batchSize, size, train: false, ...loaders.options });
}

/** How the models of a profile are made, untrained. */
function recipeOf(profile: SegmentationProfile, classes: number): ModelRecipe<SegmentationProfile> {
  return {
    profile,
    networkSettings,
    classes,
    logits: [profile.imageSize, profile.imageSize, classes],
    trains: false,
    make: (inputShape, seed) => network(profile, classes, inputShape, seed),
  };
}

/**
 * The model that segments the images of an arm; no data are opened.
 *
 * @param profile the arm's values
 * @param classes how many classes there are
 * @param seed of the initial weights
 * @param arm whose model it is, and what makes it in place of the suite's own
 * @throws {UsageError} if the arm's function throws, or its output does not fit
 */
export function segmentationModel(
  profile: SegmentationProfile,
  classes: number,
  seed: number,
  arm: Pick<ArmDefinition, "name" | "model">,
): tf.LayersModel {
  return makeModel(recipeOf(profile, classes), seed, arm);
}

function network(
  profile: SegmentationProfile,
  classes: number,
  inputShape: [number, number, number],
  seed: number,
): tf.LayersModel {
  const { width, headChannels, lowLevelChannels, dilations, dropout, normalization } = profile;
  const backbone = { depth: depthOf(profile), width, outputStride: profile.outputStride };
  return deeplabv3plus({
    backbone: backbone as ResNetBackboneOptions, // a profile's numbers come from --set: checked there
    normalization,
    classes,
    inputShape,
    headChannels,
    lowLevelChannels,
    dilations,
    dropout,
    seed,
  });
}
