import type { ArmSet } from "../arm.ts";
import { channels, norms } from "./norms.ts";
import { pretraining } from "./pretraining.ts";
import { regularization } from "./regularization.ts";

/** DeepLabv3+'s classifier has no norm behind it; the 15 convolutions of its head are Composer's. */
export const segmentationSets: Readonly<Record<string, ArmSet>> = {
  norms: norms(1),
  channels: channels(1),
  pretraining: pretraining(15),
  regularization: regularization(15),
};

/** A ResNet's classifier is no convolution. */
export const classificationSets: Readonly<Record<string, ArmSet>> = {
  norms: norms(0),
  channels: channels(0),
  pretraining: pretraining(0),
};
