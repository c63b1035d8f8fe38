import type { Duration } from "../../../src/training/duration.ts";
import { distinctNumbers, number } from "../../ground/value_kinds.ts";
import type { SettingKinds } from "../settings.ts";
import { type CommonProfile, plainTraining } from "./common.ts";

/** What the profiles of every suite on images have. Each value can be replaced by `--set`. */
export interface VisionProfile extends CommonProfile {
  /** ResNet depth; 0 where `blocks` tells. */
  depth: number;
  /** Blocks a stage of a basic-block ResNet, where `depth` is 0. */
  blocks: readonly number[];
  /** Channels of the ResNet's first convolution. */
  width: number;
  /**
   * After each convolution: `batch`, `group`, `layer`, `instance`, `batchChannel`,
   * `estimatedBatchChannel` (its form for microbatches) or `none`.
   */
  normalization: string;
  /**
   * A safetensors file that every cell begins from, in PyTorch's names; `""` for random weights by the
   * seed. A classifier of another number of classes stays as initialized.
   */
  initialWeights: string;
  /** Height and width that the network sees, in pixels. */
  imageSize: number;
  /** Images a step. */
  batchSize: number;
  /** Images an evaluation batch. */
  evalBatchSize: number;
  /**
   * How weights are updated: `decoupled-sgdw` or `decoupled-adamw`, Composer's, `sgd` or `adamw`,
   * PyTorch's.
   */
  optimizer: string;
  /** The learning rate that the schedule falls from; another batch size leaves it as it is. */
  learningRate: number;
  /**
   * Rates that each arm is trained with, in place of `learningRate`: an arm `ws@0.1` for each; `[]` for
   * that alone.
   */
  learningRates: readonly number[];
  /** Momentum of the optimizer: the first beta of Adam's. */
  momentum: number;
  /** The second beta of Adam's optimizers; others do not read it. */
  beta2: number;
  /** The epsilon of Adam's optimizers; others do not read it. */
  epsilon: number;
  /**
   * Weight decay: with a decoupled optimizer not multiplied by the learning rate, whose changes leave
   * it as it is; with `sgd` and `adamw` multiplied by it.
   */
  weightDecay: number;
  /** The share of a label that the loss spreads over all classes, from 0 to 1. */
  labelSmoothing: number;
  /**
   * How strong the training transforms are: the logarithm of the range of scales, or of the smallest
   * area, and the reach of each change of colour, times this. 1 as the profile says, 0 for none of
   * these; images are flipped and cropped whatever it is.
   */
  augmentation: number;
  /**
   * How many of the last convolutions the arms of `--arms ignored` leave alone, an arm each; `[]` for
   * every number that the suite's network has.
   */
  ignoredLayers: readonly number[];
  /** How long the learning rate rises: `"8ep"` epochs or `"150ba"` steps. */
  warmup: Duration;
  /** Images of the generated training set; 0 where the profile needs `--data`. */
  generatedTraining: number;
  /** Images of the generated validation set. */
  generatedValidation: number;
}

/** What a recipe does not ask for, unless it says otherwise. */
export const plainVision = {
  ...plainTraining,
  beta2: 0.999,
  epsilon: 1e-8,
  labelSmoothing: 0,
} as const satisfies Partial<VisionProfile>;

/** What is checked before anything is opened. */
export const visionKinds: SettingKinds<VisionProfile> = {
  augmentation: number("a number >= 0", (strength) => strength >= 0),
  beta2: number("a number from 0 to below 1", (beta) => beta >= 0 && beta < 1),
  epsilon: number("a number >= 0", (epsilon) => epsilon >= 0),
  labelSmoothing: number("a number from 0 to 1", (share) => share >= 0 && share <= 1),
  ignoredLayers: distinctNumbers(
    "whole numbers >= 0, each once",
    (n) => Number.isSafeInteger(n) && n >= 0,
  ),
  learningRates: distinctNumbers(
    "finite numbers > 0, each once",
    (rate) => Number.isFinite(rate) && rate > 0,
  ),
};

/**
 * Values that runs of earlier releases do not have: where they are these, a record leaves them out, so
 * that such runs can be resumed.
 */
export const laterSettings: Readonly<Record<string, unknown>> = {
  ...plainVision,
  recompute: "none",
  augmentation: 1,
  ignoredLayers: [],
  learningRates: [],
  trainingList: "",
};
