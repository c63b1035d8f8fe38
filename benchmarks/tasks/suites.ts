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

/** DeepLabv3+ on ADE20k, or on any data set in its layout. */
export const ade20k: Suite<SegmentationProfile> = {
  name: "ade20k",
  title: "DeepLabv3+ with and without weight standardization",
  profiles: ade20kProfiles,
  arms: standardizationArms(headConvolutions),
  contrasts: [pair("ws-all", "ws")],
  armSets: segmentationSets,
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
  armSets: classificationSets,
  networkSettings: classificationNetwork,
  makeModel: classificationModel,
  open: classificationTasks,
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

/** How smooth the loss of a ResNet is while it trains, by normalization and WS. */
export const smoothness: Suite<SmoothnessProfile> = {
  name: "smoothness",
  title: "Smoothness of the loss with and without weight standardization",
  profiles: smoothnessProfiles,
  arms: classificationSets.norms!.arms,
  grid: classificationSets.norms!.grid!,
  networkSettings: classificationNetwork,
  makeModel: classificationModel,
  open: smoothnessTasks,
};
