/**
 * The profiles of `bench:microbatch`: normalizations with statistics over 1, 2, 4, … images, whose
 * gradients add up to one step of the same batch.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:microbatch` | every arm trains; no verdict, as its pictures are generated, and their one seed has no interval | under 2 min on 2 cores |
 * | proxy | `deno task bench:microbatch --profile proxy --data DIR` | not known: batch norm worse with fewer images, the others the same | days on 2 cores |
 * | paper | `deno task bench:microbatch --profile paper --data DIR` | published for one image: GN + WS above GN (claim C8) | not known; a cell as long as that of `bench:imagenet`, or longer |
 *
 * With `--task segmentation` the same for DeepLabv3+, on any layout of `bench:ade20k` (claim
 * C9's setting is PASCAL VOC's). The recipes are those of `bench:imagenet` and `bench:ade20k`, whose
 * batch stays what it is. The arms are not timed in turn: what a normalization costs is another
 * question (`--set timingRounds=30` asks it).
 *
 * Source: Qiao et al., "Micro-Batch Training with Batch-Channel Normalization and Weight
 * Standardization", arXiv 1903.10520.
 *
 * @module
 */
import { profiles as ade20k, type SegmentationProfile } from "./ade20k.ts";
import { type ClassificationProfile, profiles as imagenet } from "./imagenet.ts";

/** What the arms go through. */
export interface Ladder {
  /** Images that statistics are taken over, an arm of each normalization for each; they divide the batch. */
  microbatchSizes: readonly number[];
}

/** A classification run over sizes of microbatches, as data. */
export interface MicrobatchClassificationProfile extends ClassificationProfile, Ladder {}

/** A segmentation run over sizes of microbatches, as data. */
export interface MicrobatchSegmentationProfile extends SegmentationProfile, Ladder {}

const untimed = {
  microbatchSize: 0,
  timingRounds: 0,
  synchronizedBatchNorm: false, // statistics are over the images of a microbatch
} as const;

/** The profiles of `--task classification`, by name. */
export const classification: Readonly<Record<string, MicrobatchClassificationProfile>> = {
  quick: {
    ...imagenet.quick!,
    ...untimed,
    description: "tiny networks on generated pictures, one seed, under two minutes on two cores",
    microbatchSizes: [1, 2, 4, 8],
    duration: "60ba",
    warmup: "6ba",
    checkpointInterval: "30ba",
    seeds: [0],
  },
  proxy: { ...imagenet.proxy!, ...untimed, microbatchSizes: [1, 2, 4, 8, 32, 128] },
  paper: { ...imagenet.paper!, ...untimed, microbatchSizes: [1, 2, 4, 8, 32, 256] },
};

/** The profiles of `--task segmentation`, by name. */
export const segmentation: Readonly<Record<string, MicrobatchSegmentationProfile>> = {
  quick: {
    ...ade20k.quick!,
    ...untimed,
    description: "tiny networks on generated scenes, one seed, under two minutes on two cores",
    microbatchSizes: [1, 2, 4, 8],
    duration: "40ba",
    checkpointInterval: "20ba",
    seeds: [0],
  },
  proxy: { ...ade20k.proxy!, ...untimed, microbatchSizes: [1, 2, 4, 8, 16] },
  paper: { ...ade20k.paper!, ...untimed, microbatchSizes: [1, 2, 4, 8, 16] },
};
