/**
 * `deno task bench:imagenet`: a ResNet with and without weight standardization on ImageNet, or on
 * any classified images in a layout that `openClassified` knows.
 *
 * @module
 */
import { standardizationArms } from "./arms.ts";
import { classificationTask } from "./classification.ts";
import { main } from "./main.ts";
import { type ClassificationProfile, profiles } from "./profiles/imagenet.ts";
import type { Suite } from "./suite.ts";

/** The suite. The published claim standardizes every convolution. */
export const imagenet: Suite<ClassificationProfile> = {
  name: "imagenet",
  title: "ResNet with and without weight standardization",
  profiles,
  arms: standardizationArms(0),
  networkSettings: ["depth", "blocks", "width", "stem", "normalizationScale"],
  open: classificationTask,
};

if (import.meta.main) await main(imagenet);
