/**
 * The profiles of `bench:ade20k`: DeepLabv3+ with and without weight standardization.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:ade20k` | every arm above twice the best constant prediction; no verdict, as its scenes are generated | under 2 min on 2 cores |
 * | proxy | `deno task bench:ade20k --profile proxy --data DIR` | not known: small networks on small images; a difference of any sign | hours on 2 cores |
 * | paper | `deno task bench:ade20k --profile paper --data ADEChallengeData2016` | +0.7 mIoU for `ws` over `baseline` | 3.85 h a cell on 8 A100, published |
 *
 * Sources: mosaicml/examples, `examples/benchmarks/deeplab` (recipe, at Composer v0.10.0 and
 * mmsegmentation 0.22.0), mosaicml/composer, `composer/algorithms/weight_standardization` (claim).
 *
 * @module
 */

import { plainVision, type VisionProfile } from "./vision.ts";

/** A semantic segmentation run, as data. Every value can be replaced by `--set key=value`. */
export interface SegmentationProfile extends VisionProfile {
  /** How much smaller than the image the backbone's last features are: 8 or 16. */
  outputStride: number;
  /** Channels of the head. */
  headChannels: number;
  /** Channels that the head takes from the first stage. */
  lowLevelChannels: number;
  /** Dilations of the head's four branches. */
  dilations: readonly number[];
  /** The share of channels dropped before the classifier. */
  dropout: number;
  /** The training transform's smallest scale. */
  minScale: number;
  /** The training transform's largest scale. */
  maxScale: number;
  /** Whether the training transform distorts brightness, contrast, saturation and hue. */
  photometric: boolean;
  /** Weight of the cross entropy in the loss. */
  crossEntropyWeight: number;
  /** Weight of the Dice loss. */
  diceWeight: number;
  /** Validation images shown in the prediction panel. */
  panelImages: number;
  /**
   * In PASCAL VOC's layout, the list that is trained on, or several joined by `+`: `train`,
   * `trainaug`, `train+aug`; `""` for the layout's own, which is `train`.
   */
  trainingList: string;
}

/** Each value as published, but for batch norms that see a microbatch where the batch does not fit. */
const paper: SegmentationProfile = {
  ...plainVision,
  description: "the published recipe on ADE20k, for GPUs; needs --data",
  depth: 101,
  blocks: [],
  width: 64,
  normalization: "batch",
  initialWeights: "",
  outputStride: 8,
  headChannels: 512,
  lowLevelChannels: 48,
  dilations: [1, 12, 24, 36],
  dropout: 0.1,
  imageSize: 512,
  minScale: 0.5,
  maxScale: 2,
  photometric: true,
  batchSize: 128,
  microbatchSize: 16,
  recompute: "none",
  intraOpThreads: 0,
  evalBatchSize: 8,
  duration: "128ep",
  evaluations: 128,
  checkpointInterval: "1ep",
  checkpointsToKeep: 2,
  optimizer: "decoupled-sgdw",
  learningRate: 0.08,
  momentum: 0.9,
  weightDecay: 5e-5,
  augmentation: 1,
  ignoredLayers: [],
  learningRates: [],
  warmup: "0ba",
  crossEntropyWeight: 0.375,
  diceWeight: 1.125,
  synchronizedBatchNorm: true, // as the recipe's sync_bn
  seeds: [17, 18, 19, 20, 21, 22],
  timingRounds: 30,
  panelImages: 4,
  trainingList: "",
  generatedTraining: 0,
  generatedValidation: 0,
};

/** Small networks on small real images: the same network and recipe, narrower and shorter. */
const proxy: SegmentationProfile = {
  ...paper,
  description: "small networks on a small data set in hours on a CPU; needs --data",
  depth: 18,
  width: 16,
  headChannels: 64,
  lowLevelChannels: 16,
  dilations: [1, 2, 4, 6],
  imageSize: 128,
  batchSize: 16,
  microbatchSize: 0,
  duration: "40ep",
  evaluations: 20,
  seeds: [0, 1, 2, 3, 4, 5],
};

/** The whole path in two minutes: tiny networks on generated scenes. */
const quick: SegmentationProfile = {
  ...proxy,
  description: "tiny networks on generated scenes, under two minutes on two cores",
  depth: 0,
  blocks: [1, 1, 1, 1],
  width: 8,
  headChannels: 16,
  lowLevelChannels: 8,
  dropout: 0,
  imageSize: 64,
  minScale: 0.8,
  maxScale: 1.5,
  photometric: false,
  batchSize: 8,
  evalBatchSize: 16,
  intraOpThreads: 1,
  duration: "120ba",
  evaluations: 4,
  checkpointInterval: "60ba",
  seeds: [0, 1],
  timingRounds: 30,
  generatedTraining: 160,
  generatedValidation: 32,
};

/** The values that make the suite's own network. */
export const networkSettings: readonly (keyof SegmentationProfile)[] = [
  "depth",
  "blocks",
  "width",
  "normalization",
  "outputStride",
  "headChannels",
  "lowLevelChannels",
  "dilations",
  "dropout",
];

/** The profiles by name. */
export const profiles: Readonly<Record<string, SegmentationProfile>> = { quick, proxy, paper };
