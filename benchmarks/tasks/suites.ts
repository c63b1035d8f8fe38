import { microbatchArms } from "../experiments/arms/microbatch.ts";
import { normsArms, normsGrid } from "../experiments/arms/norms.ts";
import { classificationSets, segmentationSets } from "../experiments/arms/sets.ts";
import { standardizationArms } from "../experiments/arms/standardization.ts";
import { pair } from "../experiments/contrasts.ts";
import {
  networkSettings as segmentationNetwork,
  profiles as ade20kProfiles,
  type SegmentationProfile,
} from "../experiments/profiles/ade20k.ts";
import {
  type ClassificationProfile,
  networkSettings as classificationNetwork,
  profiles as imagenetProfiles,
} from "../experiments/profiles/imagenet.ts";
import {
  classification as microbatchClassification,
  type MicrobatchClassificationProfile,
  type MicrobatchSegmentationProfile,
  segmentation as microbatchScenes,
} from "../experiments/profiles/microbatch.ts";
import {
  networkSettings as normsNetwork,
  type NormsProfile,
  profiles as normsProfiles,
} from "../experiments/profiles/norms.ts";
import {
  profiles as smoothnessProfiles,
  type SmoothnessProfile,
} from "../experiments/profiles/smoothness.ts";
import { classificationModel, classificationTasks } from "./classification.ts";
import { normsModel, normsTasks } from "./norms.ts";
import { segmentationModel, segmentationTasks } from "./segmentation.ts";
import { smoothnessTasks } from "./smoothness.ts";
import type { Suite } from "./suite.ts";

/** The head's convolutions, which the published claim leaves alone. */
const headConvolutions = 15;

/** DeepLabv3+ on ADE20k, PASCAL VOC, or any data set in the layout of either. */
export const ade20k: Suite<SegmentationProfile> = {
  name: "ade20k",
  title: "DeepLabv3+ with and without weight standardization",
  profiles: ade20kProfiles,
  arms: standardizationArms(headConvolutions),
  contrasts: [pair("ws-all", "ws")],
  armSets: segmentationSets(ade20kProfiles.quick!),
  armsOf: (profile) => ({ armSets: segmentationSets(profile) }),
  readsMasks: true,
  networkSettings: segmentationNetwork,
  makeModel: segmentationModel,
  open: segmentationTasks,
};

/**
 * A ResNet on ImageNet, or on any classified images in a layout that `openClassified` knows. The
 * published claim standardizes every convolution.
 */
export const imagenet: Suite<ClassificationProfile> = {
  name: "imagenet",
  title: "ResNet with and without weight standardization",
  profiles: imagenetProfiles,
  arms: standardizationArms(0),
  armSets: classificationSets(imagenetProfiles.quick!),
  armsOf: (profile) => ({ armSets: classificationSets(profile) }),
  networkSettings: classificationNetwork,
  makeModel: classificationModel,
  open: classificationTasks,
};

/** Normalizations of a ResNet with statistics over more and fewer images. */
export const microbatch: Suite<MicrobatchClassificationProfile> = {
  name: "microbatch",
  title: "Normalizations of a ResNet by the images that their statistics are over",
  profiles: microbatchClassification,
  ...microbatchArms(microbatchClassification.quick!, 0), // its classifier is no convolution
  armsOf: (profile) => microbatchArms(profile, 0),
  leavesOut: true,
  networkSettings: classificationNetwork,
  makeModel: classificationModel,
  open: classificationTasks,
};

/** The same of DeepLabv3+, whose image pool is a map of one pixel. */
export const microbatchSegmentation: Suite<MicrobatchSegmentationProfile> = {
  name: "microbatch-segmentation",
  title: "Normalizations of DeepLabv3+ by the images that their statistics are over",
  profiles: microbatchScenes,
  ...microbatchArms(microbatchScenes.quick!, 1), // no norm is behind its classifier
  armsOf: (profile) => microbatchArms(profile, 1),
  leavesOut: true,
  readsMasks: true,
  networkSettings: segmentationNetwork,
  makeModel: segmentationModel,
  open: segmentationTasks,
};

/** The normalizations of a ResNet, each without and with weight standardization. */
export const norms: Suite<NormsProfile> = {
  name: "norms",
  title: "Normalizations with and without weight standardization",
  profiles: normsProfiles,
  arms: normsArms(normsProfiles.quick!),
  grid: normsGrid(),
  armsOf: (profile) => ({ arms: normsArms(profile), grid: normsGrid() }),
  usualArms: { quick: "bn,bn-ws,gn,gn-ws,bcn,bcn-ws" },
  networkSettings: normsNetwork,
  makeModel: normsModel,
  open: normsTasks,
};

/** No profile's values shape this set. */
const paperNorms = classificationSets(smoothnessProfiles.quick!).norms!;

/** How smooth the loss of a ResNet is while it trains, by normalization and WS. */
export const smoothness: Suite<SmoothnessProfile> = {
  name: "smoothness",
  title: "Smoothness of the loss with and without weight standardization",
  profiles: smoothnessProfiles,
  arms: paperNorms.arms,
  grid: paperNorms.grid!,
  networkSettings: classificationNetwork,
  makeModel: classificationModel,
  open: smoothnessTasks,
};
