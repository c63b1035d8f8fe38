import { standardizationArms } from "../experiments/arms.ts";
import { profiles as ade20kProfiles } from "../experiments/profiles/ade20k.ts";
import type { SegmentationProfile } from "../experiments/profiles/ade20k.ts";
import { profiles as imagenetProfiles } from "../experiments/profiles/imagenet.ts";
import type { ClassificationProfile } from "../experiments/profiles/imagenet.ts";
import { classificationTask } from "./classification.ts";
import { segmentationTask } from "./segmentation.ts";
import type { Suite } from "./suite.ts";

/** The head's convolutions, which the published claim leaves alone. */
const headConvolutions = 15;

/** DeepLabv3+ on ADE20k, or on any data set in its layout. */
export const ade20k: Suite<SegmentationProfile> = {
  name: "ade20k",
  title: "DeepLabv3+ with and without weight standardization",
  profiles: ade20kProfiles,
  arms: standardizationArms(headConvolutions),
  networkSettings: [
    "depth",
    "blocks",
    "width",
    "outputStride",
    "headChannels",
    "lowLevelChannels",
    "dilations",
    "dropout",
  ],
  open: segmentationTask,
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
  networkSettings: ["depth", "blocks", "width", "stem", "normalizationScale"],
  open: classificationTask,
};
