import { constantPrediction } from "../../datasets/baseline.ts";
import { generateScenes } from "../../datasets/generated/scenes.ts";
import type { LabelCounts } from "../../datasets/label_counts.ts";
import {
  type LoadedBatch,
  type SegmentationLoader,
  segmentationLoader,
} from "../../datasets/loader.ts";
import { orientedImages } from "../../datasets/oriented_images.ts";
import { openSegmented, type SegmentedDataset } from "../../datasets/segmented.ts";
import { unseenLabels } from "../../datasets/unseen_labels.ts";
import { deeplabv3plus } from "../../src/models/deeplabv3plus.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import * as losses from "../../src/training/losses.ts";
import * as metrics from "../../src/training/metrics.ts";
import { networkSettings, type SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import { UsageError } from "../ground/errors.ts";
import { count } from "../ground/value_kinds.ts";
import type { ConstantPrediction, Warning } from "../record/mod.ts";
import { checkHeld, labelWarnings } from "./label_warnings.ts";
import { checkGenerated, maskRecord, setOptions } from "./mask_options.ts";
import { panelImagesOf, panelsOf, predictPanels } from "./panels.ts";
import type { LoadingOptions, MakeModel, SetAsked, TaskSource } from "./suite.ts";
import type { TaskLoaders } from "./task_loaders.ts";
import { type OpenData, visionTasks } from "./vision.ts";
import {
  checkUsable,
  dataRecord,
  evaluationOnly,
  generatedFolder,
  trainedOnValidation,
  unevenShare,
} from "./vision_data.ts";
import { depthOf, modelMaker } from "./vision_model.ts";

/**
 * The tasks of segmenting a data set in ADE20k's or PASCAL VOC's layout: by default DeepLabv3+ on
 * generated scenes.
 *
 * @param data the data set's folder
 * @param masks how its masks are read, and what is held out
 * @returns the tasks, see {@linkcode visionTasks}. Making one throws a {@linkcode DataError} if the
 * data set cannot be read, has no validation images, one class alone, or validation masks that hold
 * one class alone
 */
export function segmentationTasks(
  data: string | undefined,
  loading: LoadingOptions = {},
  masks: SetAsked = {},
): TaskSource<SegmentationProfile> {
  return visionTasks(data, loading, {
    makeModel: segmentationModel,
    generate: (profile) => scenes(profile, masks),
    openedBy: ["imageSize", "panelImages", "evalBatchSize", "trainingList"],
    open: (folder, profile, loaders) => {
      const set = { folder, generated: data === undefined, masks };
      return openScenes(set, profile, loaders);
    },
    training: ({ dataset }, { imageSize: size, augmentation, ...profile }, options) => {
      const scaleRange = [
        profile.minScale ** augmentation,
        profile.maxScale ** augmentation,
      ] as const;
      const photometric = profile.photometric && augmentation;
      const transform = { size, scaleRange, photometric };
      return segmentationLoader(dataset.training, { ...options, ...transform });
    },
    own: ({ dataset: { classes }, panelBatch, constant }, profile) => ({
      constantPrediction: constant,
      panels: panelsOf(panelBatch),
      mainMetric: "mIoU",
      evaluatedOn: `masks of ${profile.imageSize} px`,
      loss: losses.segmentation(profile),
      makeMetrics: () => [new metrics.ConfusionMatrix({ classes })],
      predict: (model) => predictPanels(model, panelBatch),
      warnings: lossByParts(profile),
    }),
  });
}

interface OpenScenes extends OpenData {
  dataset: SegmentedDataset;
  panelBatch: LoadedBatch | undefined;
  constant: ConstantPrediction;
}

async function openScenes(
  { folder, generated, masks }: { folder: string; generated: boolean; masks: SetAsked },
  profile: SegmentationProfile,
  loaders: TaskLoaders,
): Promise<OpenScenes> {
  const { evalBatchSize: batchSize, imageSize: size, trainingList } = profile;
  const dataset = await openSegmented(folder, {
    ...setOptions(masks),
    ...(trainingList !== "" && { trainingList }),
  });
  checkUsable(dataset, {
    folders: "images/validation and annotations/validation",
    task: "segment",
    classes: "give the rest of the image a class of its own",
  });
  const data = {
    ...await dataRecord(dataset, generated ? "generated scenes" : dataset.name, generated),
    ...maskRecord(dataset),
  };
  count().check(profile.panelImages, "Cannot run as panelImages");
  const options = { batchSize, size, train: false, ...loaders.options };
  const validation = segmentationLoader(dataset.validation, options);
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
      ...trainedOnValidation(dataset),
      ...unevenShare(dataset),
      ...(generated ? [] : await warningsOfLabels(dataset, counts)),
    ],
  };
}

async function scenes(profile: SegmentationProfile, masks: SetAsked): Promise<string> {
  const { generatedTraining: training, generatedValidation: validation, imageSize } = profile;
  if (profile.trainingList !== "") {
    throw new UsageError(
      `Cannot train on the list ${profile.trainingList} as images are generated, and PASCAL VOC's layout has ` +
        "lists: give its folder by --data DIR, or leave trainingList out",
    );
  }
  checkGenerated(masks);
  const folder = generatedFolder(profile, `scenes-${imageSize}px`);
  return await generateScenes(folder, { training, validation, size: imageSize });
}

/**
 * Reads what a run must know of its validation images. Masks are counted by the workers that
 * evaluation needs anyway: they take a while to start, and this thread goes on meanwhile.
 */
async function readValidation(
  dataset: SegmentedDataset,
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

/** What is odd about a set's labels; of the training masks it looks at as many as it takes to find each class. */
async function warningsOfLabels(
  { coding, classNames, training }: SegmentedDataset,
  counts: LabelCounts,
): Promise<Warning[]> {
  const held = classNames.flatMap((_, label) => counts.pixels[label] ? [label] : []);
  const unseen = training.length > 0
    ? await unseenLabels(training, held)
    : { labels: [], masks: 0 };
  return labelWarnings({
    coding,
    classNames,
    counts,
    unseen,
    trainingMasks: training.length,
    training: await orientedImages(training),
  });
}

/** Over microbatches only a loss that is a mean over images is the batch's. */
function lossByParts({ batchSize, microbatchSize }: SegmentationProfile): Warning[] {
  if (microbatchSize === 0 || microbatchSize >= batchSize) return [];
  return [{
    code: "loss-by-parts",
    message:
      "Gradients add up over microbatches, and so does the loss: Dice is over the images of " +
      "one, and cross entropy a mean over its labelled pixels",
    advice: "Compare arms of one microbatchSize: between two, the loss is another, too, whatever " +
      "the normalization",
  }];
}

/** Makes the models that segment images. */
export const segmentationModel: MakeModel<SegmentationProfile> = modelMaker({
  networkSettings,
  logits: ({ imageSize }, classes) => [imageSize, imageSize, classes],
  make(profile, classes, inputShape, seed) {
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
  },
});
