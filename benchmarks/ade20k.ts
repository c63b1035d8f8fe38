/**
 * `deno task bench:ade20k`: DeepLabv3+ with and without weight standardization on ADE20k, or on any
 * data set in its layout.
 *
 * @module
 */
import { standardizationArms } from "./arms.ts";
import { main } from "./main.ts";
import { profiles, type SegmentationProfile } from "./profiles/ade20k.ts";
import { segmentationTask } from "./segmentation.ts";
import type { Suite } from "./suite.ts";

/** The head's convolutions, which the published claim leaves alone. */
const headConvolutions = 15;

/** The suite. */
export const ade20k: Suite<SegmentationProfile> = {
  name: "ade20k",
  title: "DeepLabv3+ with and without weight standardization",
  profiles,
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

if (import.meta.main) await main(ade20k);
