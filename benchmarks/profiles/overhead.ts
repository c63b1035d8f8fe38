/**
 * The profiles of `bench:overhead`: what one training step costs, in time and memory.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:overhead` | every subject timed, A/A near 0; no claim rests on it | under 1 min on 2 cores, peers aside |
 * | resnet50 | `deno task bench:overhead --profile resnet50 --peers PYTHON` | at most 1.1 × PyTorch; WS at most +10 % | about 12 min on 2 cores, in 20 GB |
 * | deeplab | `deno task bench:overhead --profile deeplab --peers PYTHON` | at most 1.2 × PyTorch | about 3 min a subject on 2 cores, in 5 GB each: see `--arms` |
 *
 * All subjects are in memory at a time, and nothing else may use the machine: PyTorch's threads wait
 * for each other so eagerly that one foreign program can make its step take ten times as long.
 *
 * The peers' ResNets are torchvision's own, so a ResNet that is none of the published ones has
 * their width: see `blocks`.
 *
 * @module
 */

/** A step to be timed, as data. Every value can be replaced by `--set key=value`. */
export interface OverheadProfile {
  /** One line for `--help`. */
  description: string;
  /** The architecture: `resnet` or `deeplab`. */
  model: string;
  /** ResNet depth; 0 where `blocks` tells. */
  depth: number;
  /** Blocks a stage of a basic-block ResNet, where `depth` is 0. */
  blocks: readonly number[];
  /** Logits an image, or a pixel. */
  classes: number;
  /** Channels of DeepLabv3+'s head. */
  headChannels: number;
  /** Channels that the head takes from the first stage. */
  lowLevelChannels: number;
  /** Dilations of the head's branches. */
  dilations: readonly number[];
  /** The share of channels dropped before DeepLabv3+'s classifier. */
  dropout: number;
  /** Images a step. */
  batchSize: number;
  /** Height and width in pixels. */
  imageSize: number;
  /** Of SGD; low, as every step sees the same random batch. */
  learningRate: number;
  /** Of SGD. */
  momentum: number;
  /** Threads of every subject whose backend takes them; 0 for the number of cores. */
  threads: number;
  /** Steps of each subject before the first round, which are not counted. */
  warmupSteps: number;
  /** How often all subjects run there and back; from 30 on there are intervals. */
  rounds: number;
  /** Steps of a subject each time that it is its turn: twice a round. */
  steps: number;
}

/** torchvision's ResNet-50 on small images, as PyTorch users time it. */
const resnet50: OverheadProfile = {
  description: "ResNet-50, batch 16 of 128 × 128 pixels",
  model: "resnet",
  depth: 50,
  blocks: [],
  classes: 1000,
  headChannels: 512,
  lowLevelChannels: 48,
  dilations: [1, 12, 24, 36],
  dropout: 0.1,
  batchSize: 16,
  imageSize: 128,
  learningRate: 1e-3,
  momentum: 0.9,
  threads: 0,
  warmupSteps: 3,
  rounds: 30,
  steps: 1,
};

/** The network of the published claim on its smaller backbone. */
const deeplab: OverheadProfile = {
  ...resnet50,
  description: "DeepLabv3+ on ResNet-50, batch 2 of 256 × 256 pixels",
  model: "deeplab",
  classes: 150,
  batchSize: 2,
  imageSize: 256,
};

/** The whole path in a minute, on wasm too: one basic block a stage. */
const quick: OverheadProfile = {
  ...resnet50,
  description: "a ResNet of four blocks, batch 2 of 32 × 32 pixels, under a minute",
  depth: 0,
  blocks: [1, 1, 1, 1],
  classes: 10,
  batchSize: 2,
  imageSize: 32,
  warmupSteps: 2,
};

/** The profiles by name. */
export const profiles: Readonly<Record<string, OverheadProfile>> = { quick, resnet50, deeplab };
