/**
 * The profiles of `bench:imagenet`: a ResNet with and without weight standardization.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:imagenet` | every arm above twice what guessing scores; no verdict, as its pictures are generated | under 2 min on 2 cores |
 * | proxy | `deno task bench:imagenet --profile proxy --data DIR` | not known: a small network on small images; a difference of any sign | hours on 2 cores |
 * | paper | `deno task bench:imagenet --profile paper --data DIR` | top-1 76.5 % for `baseline`, and `ws` within 0.3 points of it | 3.83 h a cell on 8 A100, published |
 *
 * Sources: mosaicml/examples, `examples/benchmarks/resnet_imagenet` (recipe, number and time),
 * mosaicml/composer, `composer/algorithms/weight_standardization` (claim).
 *
 * @module
 */

import { plainVision, type VisionProfile } from "./vision.ts";

/** An image classification run, as data. Every value can be replaced by `--set key=value`. */
export interface ClassificationProfile extends VisionProfile {
  /** `imagenet`, or `cifar` for images of about 32 pixels. */
  stem: string;
  /** First values of the batch normalizations' scales: `uniform` in `[0, 1)`, or `ones`. */
  normalizationScale: string;
  /** The shorter side that validation images are resized to before the centre is cropped. */
  resizeTo: number;
  /** The least share of an image's area that the training crop covers. */
  minArea: number;
  /** Classes of the generated pictures. */
  generatedClasses: number;
}

/** The published rate: 2.048 for the batch of 2,048. */
function scaledRate(batchSize: number): number {
  return 0.001 * batchSize;
}

/**
 * The decoupled decay that shrinks weights as fast as a coupled one of 2⁻¹⁵ does: each gradient goes
 * on for 1 / (1 − momentum) steps, a decoupled decay does not.
 */
function decoupledDecay(learningRate: number, momentum: number): number {
  return learningRate * 2 ** -15 / (1 - momentum);
}

/** What the published recipe makes of a batch size. */
function recipe(
  batchSize: number,
): Pick<ClassificationProfile, "batchSize" | "learningRate" | "momentum" | "weightDecay"> {
  const learningRate = scaledRate(batchSize);
  const momentum = 0.875;
  return { batchSize, learningRate, momentum, weightDecay: decoupledDecay(learningRate, momentum) };
}

/** Each value as published: 90 epochs of 625 steps, the last 1,167 images of each left out. */
const paper: ClassificationProfile = {
  ...plainVision,
  ...recipe(2048),
  optimizer: "decoupled-sgdw",
  augmentation: 1,
  ignoredLayers: [],
  learningRates: [],
  description: "the published recipe on ImageNet, for GPUs; needs --data",
  depth: 50,
  blocks: [],
  width: 64,
  normalization: "batch",
  initialWeights: "",
  stem: "imagenet",
  normalizationScale: "uniform",
  imageSize: 224,
  resizeTo: 256,
  minArea: 0.08,
  microbatchSize: 256, // as many images a batch norm as on each of the 8 published devices
  recompute: "none",
  intraOpThreads: 0,
  evalBatchSize: 256,
  duration: "90ep",
  warmup: "8ep",
  evaluations: 36,
  checkpointInterval: "1ep",
  checkpointsToKeep: 2,
  seeds: [17, 18, 19, 20, 21, 22],
  timingRounds: 30,
  generatedTraining: 0,
  generatedValidation: 0,
  generatedClasses: 0,
};

/** A small network on small real images: the same recipe, narrower and shorter. */
const proxy: ClassificationProfile = {
  ...paper,
  ...recipe(128),
  description: "a small network on small images in hours on a CPU; needs --data",
  depth: 18,
  width: 16,
  stem: "cifar",
  imageSize: 32,
  resizeTo: 32,
  minArea: 0.25,
  microbatchSize: 0,
  duration: "24ep",
  warmup: "2ep",
  evaluations: 12,
  seeds: [0, 1, 2, 3, 4, 5],
};

/** The whole path in two minutes: a tiny network on generated pictures. */
const quick: ClassificationProfile = {
  ...proxy,
  ...recipe(16),
  description: "a tiny network on generated pictures, under two minutes on two cores",
  depth: 0,
  blocks: [1, 1, 1, 1],
  width: 8,
  normalizationScale: "ones",
  minArea: 0.8, // the thing that tells the class stays in the crop
  evalBatchSize: 32,
  intraOpThreads: 1,
  duration: "150ba",
  warmup: "15ba",
  evaluations: 4,
  checkpointInterval: "75ba",
  seeds: [0, 1],
  generatedTraining: 320,
  generatedValidation: 200,
  generatedClasses: 8,
};

/** The values that make the suite's own network. */
export const networkSettings: readonly (keyof ClassificationProfile)[] = [
  "depth",
  "blocks",
  "width",
  "normalization",
  "stem",
  "normalizationScale",
];

/** The profiles by name. */
export const profiles: Readonly<Record<string, ClassificationProfile>> = { quick, proxy, paper };
