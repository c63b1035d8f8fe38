/**
 * The profiles of `bench:scaling`: what a step of data-parallel training takes over workers.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:scaling` | the whole path on a tiny network; no claim rests on it | 1 min on 2 cores, peers aside |
 * | resnet18 | `deno task bench:scaling --profile resnet18 --peers PYTHON` | as below, with less to compute for each byte | 5 min on 2 cores |
 * | resnet50 | `deno task bench:scaling --profile resnet50 --peers PYTHON` | the step of 2 workers at most compute + 0.6 × all-reduce, and at most 0.95 × DistributedDataParallel's | 8 min on 2 cores, in 12 GB |
 *
 * Every worker has as many images, whatever their number: with twice the workers a step trains on
 * twice the images. Each computes in one thread, on a core of its own where there are as many, and
 * nothing else may use the machine.
 *
 * @module
 */
import { distinctNumbers, nameOf } from "../../ground/value_kinds.ts";
import type { SettingKinds } from "../settings.ts";
import { overheadKinds, type OverheadProfile, profiles as timed } from "./overhead.ts";

/** Steps to be timed over workers, as data. Every value can be replaced by `--set key=value`. */
export interface ScalingProfile extends Omit<OverheadProfile, "threads" | "recompute" | "depth"> {
  /** Images of a worker's step, not of all workers'. */
  batchSize: number;
  /** Numbers of workers, a row each. */
  workers: readonly number[];
  /** Depths of the ResNet, a row each for every number of workers; 0 is one of `blocks`. */
  depths: readonly number[];
  /** Sizes of the buckets that DistributedDataParallel tries, in MiB; it takes the fastest. */
  bucketCapsMb: readonly number[];
  /** Sizes of single all-reduces, in bytes, to which latency and bandwidth are fitted. */
  transferBytes: readonly number[];
}

/** A row's profile: it has one depth. */
export type ScalingRowProfile = ScalingProfile & { depth: number };

const { depth: _depth, recompute: _recompute, threads: _threads, ...kinds } = overheadKinds;

/** What values must be for a step to be timed. */
export const scalingKinds: SettingKinds<ScalingProfile> = {
  ...kinds,
  model: nameOf("model", ["resnet"]), // rows are its depths
  workers: distinctNumbers(
    "numbers of workers from 1 to 64, each once",
    (n) => Number.isInteger(n) && n >= 1 && n <= 64,
    1,
  ),
  depths: distinctNumbers(
    "depths of ResNets, each once",
    (depth) => [0, 18, 34, 50, 101, 152].includes(depth),
    1,
  ),
  bucketCapsMb: distinctNumbers("numbers > 0, each once", (cap) => cap > 0, 1),
  transferBytes: distinctNumbers(
    "numbers of bytes, multiples of 4, each once",
    (bytes) => Number.isInteger(bytes / 4) && bytes > 0,
  ),
};

const { threads: _, recompute: __, depth: ___, ...network } = timed.resnet50!;

const resnet50: ScalingProfile = {
  ...network,
  description: "ResNet-50, batch 8 of 128 × 128 pixels a worker",
  batchSize: 8, // two workers have the batch of bench:overhead's profile
  workers: [1, 2],
  depths: [50],
  bucketCapsMb: [25, 5, 100], // 25 is the default
  transferBytes: [4096, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
};

const resnet18: ScalingProfile = {
  ...resnet50,
  description: "ResNet-18, batch 16 of 64 × 64 pixels a worker",
  imageSize: 64,
  batchSize: 16,
  depths: [18],
};

const quick: ScalingProfile = {
  ...resnet50,
  description: "a ResNet of four narrow blocks, batch 4 of 32 × 32 pixels a worker",
  blocks: [1, 1, 1, 1],
  classes: 10,
  depths: [0],
  batchSize: 4,
  imageSize: 32,
  warmupSteps: 2,
  rounds: 5,
  bucketCapsMb: [25],
  transferBytes: [4096, 1_048_576, 4_194_304, 16_777_216],
};

/** The profiles by name. */
export const profiles: Readonly<Record<string, ScalingProfile>> = { quick, resnet18, resnet50 };
