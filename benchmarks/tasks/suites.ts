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
import { classificationModel, classificationTasks } from "./classification.ts";
import { segmentationModel, segmentationTasks } from "./segmentation.ts";
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
