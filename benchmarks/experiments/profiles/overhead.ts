/**
 * The profiles of `bench:overhead`: what one step costs, in time and memory.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:overhead` | every subject timed, A/A near 0; no claim rests on it | 2 min on 2 cores, peers aside |
 * | backends | `deno task bench:overhead --profile backends --backends all` | WS adds something on every backend | 5 min on 2 cores |
 * | resnet50 | `deno task bench:overhead --profile resnet50 --peers PYTHON` | at most 1.05 × PyTorch's fastest form; WS at most +10 % | 1 min a subject on 2 cores, in 1 to 2 GB each: see `--arms` |
 * | deeplab | `deno task bench:overhead --profile deeplab --peers PYTHON` | at most 1.2 × PyTorch's fastest form | 3 min a subject on 2 cores, in 3 to 5 GB each: see `--arms` |
 * | sweep | `deno task bench:overhead --profile sweep` | WS adds a smaller share the more there is to do | under 15 min on 2 cores, in 8 GB |
 * | norms | `deno task bench:overhead --profile norms --peers PYTHON` | what each normalization takes, what WS adds to it, and the same in PyTorch; claim C5's throughput | 10 min on 2 cores, in 16 GB |
 * | growth | `deno task bench:overhead --profile growth --backends wasm --arms plain,plain-again,ws` | the law of what WS adds, on each backend; on WebGPU by software fewer and smaller rows, see docs/overhead.md | 15 min on 2 cores |
 *
 * All subjects are in memory at a time, in a sweep those of a row, and nothing else may use the
 * machine: PyTorch's threads wait for each other so eagerly that one foreign program can make its step
 * take ten times as long.
 *
 * PyTorch is timed channels first, in its `channels_last` format, and compiled in that, which takes one
 * to two minutes at its first step. On processors alike: `ONEDNN_MAX_CPU_ISA=AVX2` in the environment
 * limits oneDNN, here and in PyTorch, and `ATEN_CPU_CAPABILITY=avx2` the rest of PyTorch, to what
 * a processor with AVX2 alone has.
 *
 * The peers' ResNets are torchvision's own, so a ResNet that is none of the published ones has
 * their width: see `blocks`.
 *
 * @module
 */

import { count, kind, nameOf, number, type ValueKind } from "../../ground/value_kinds.ts";
import type { SettingKinds } from "../settings.ts";
import type { SegmentationProfile } from "./ade20k.ts";
import { recomputeKind } from "./common.ts";
import { normalizations, usualNormalization } from "./normalization.ts";

/** Values that mean what they mean in a suite; the peers' ResNets have a width of 64. */
type SuiteValues = Pick<
  SegmentationProfile,
  | "description"
  | "depth"
  | "blocks"
  | "width"
  | "headChannels"
  | "lowLevelChannels"
  | "dilations"
  | "dropout"
  | "normalization"
  | "batchSize"
  | "imageSize"
  | "learningRate"
  | "momentum"
>;

/** A step to be timed, as data. Every value can be replaced by `--set key=value`. */
export interface OverheadProfile extends SuiteValues {
  /** The architecture: `resnet` or `deeplab`, whose own values a ResNet passes over. */
  model: string;
  /** Logits an image, or a pixel. */
  classes: number;
  /**
   * How many groups of channels a `group` or `batchChannel` normalization makes; 0 for 32, fewer where
   * 32 does not divide the channels.
   */
  groups: number;
  /** What the gradient computes again instead of keeping it; here alone, not at peers. */
  recompute: string;
  /** Threads of every subject whose backend takes them; 0 for the number of cores. */
  threads: number;
  /** Steps of a process before those that are timed. */
  warmupSteps: number;
  /** How often all subjects run there and back; from 30 on there are intervals. */
  rounds: number;
  /** Steps of a subject each time that it is its turn: twice a round. */
  steps: number;
}

/** What values must be for a step to be timed. */
export const overheadKinds: SettingKinds<OverheadProfile> = {
  model: nameOf("model", ["resnet", "deeplab"]),
  depth: number(
    "one of 0, 18, 34, 50, 101, 152, those of the published ResNets and 0 for one of blocks",
    (depth) => [0, 18, 34, 50, 101, 152].includes(depth),
  ),
  width: count(1),
  classes: count(1),
  normalization: nameOf("normalization", normalizations),
  groups: count(),
  batchSize: count(1),
  imageSize: count(1),
  learningRate: number("a number > 0", (rate) => rate > 0),
  momentum: number("a number in [0, 1)", (momentum) => momentum >= 0 && momentum < 1),
  recompute: recomputeKind,
  threads: count(),
  warmupSteps: count(1),
  rounds: count(1),
  steps: count(1),
};

/** What `blocks` must be where `depth` is 0. */
export const stageBlocks: ValueKind<number[]> = kind({
  metavar: "A,B,C,D",
  wanted: "four whole numbers >= 1",
  is: (value): value is number[] =>
    Array.isArray(value) && value.length === 4 &&
    value.every((blocks) => Number.isInteger(blocks) && blocks >= 1),
});

/** torchvision's ResNet-50 on small images, as PyTorch users time it. */
const resnet50: OverheadProfile = {
  description: "ResNet-50, batch 16 of 128 × 128 pixels",
  model: "resnet",
  depth: 50,
  blocks: [],
  width: 64,
  classes: 1000,
  normalization: usualNormalization,
  groups: 0,
  headChannels: 512,
  lowLevelChannels: 48,
  dilations: [1, 12, 24, 36],
  dropout: 0.1,
  batchSize: 16,
  imageSize: 128,
  learningRate: 1e-3, // low, as every step sees the same random batch
  momentum: 0.9,
  recompute: "none",
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

/** The whole path in two minutes, on wasm too: one basic block a stage. */
const quick: OverheadProfile = {
  ...resnet50,
  description: "a ResNet of four blocks, batch 2 of 32 × 32 pixels, in two minutes",
  depth: 0,
  blocks: [1, 1, 1, 1],
  classes: 10,
  batchSize: 2,
  imageSize: 32,
  warmupSteps: 2,
};

/** So small a network that TensorFlow.js's plain JavaScript keeps up, too. */
const backends: OverheadProfile = {
  ...quick,
  description: "a ResNet of four narrow blocks, batch 4 of 16 × 16 pixels, for --backends all",
  width: 8,
  batchSize: 4,
  imageSize: 16,
};

/**
 * ResNet-50 from little work to much. What standardization itself costs depends on the kernels alone,
 * so it is the same in each row.
 */
const sweep: OverheadProfile = {
  ...resnet50,
  description: "ResNet-50 over batch and image size: what WS adds as the work grows",
};

/**
 * Narrow ResNets, which every backend trains, from little work to much by batch, image size, width
 * and depth: rows enough for the law of the overhead.
 */
const growth: OverheadProfile = {
  ...resnet50,
  description: "narrow ResNets over depth, width, batch and image size: the law of what WS adds",
  classes: 10,
  warmupSteps: 2,
};

/** Four blocks on maps of more than a pixel, as instance normalization wants them. */
const norms: OverheadProfile = {
  ...quick,
  description:
    "a ResNet of four blocks, batch 8 of 64 × 64 pixels: normalizations with and without WS",
  batchSize: 8,
  imageSize: 64,
};

/** The profiles by name. */
export const profiles: Readonly<Record<string, OverheadProfile>> = {
  quick,
  backends,
  resnet50,
  deeplab,
  sweep,
  growth,
  norms,
};

/** The profiles whose default subjects are the normalizations, which the others leave out. */
export const normProfiles: readonly string[] = ["norms"];

/** The sweeps of the profiles that have one; `--sweep` replaces it. */
export const sweeps: Readonly<Record<string, Readonly<Record<string, number[]>>>> = {
  sweep: { batchSize: [2, 8], imageSize: [32, 64, 128] },
  growth: { depth: [18, 34], width: [8, 16], batchSize: [2, 8], imageSize: [32, 64, 128] },
};
