/**
 * The profiles of `bench:smoothness`: those of `bench:imagenet`, and where and how far off the loss is
 * measured.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:smoothness` | every number finite; no verdict, as its pictures are generated and there is one seed | under 2 min on 2 cores |
 * | proxy | `deno task bench:smoothness --profile proxy --data DIR` | not known: the paper has a bound, no number | hours on 2 cores |
 * | paper | `deno task bench:smoothness --profile paper --data DIR` | the same on ResNet-50 and ImageNet | days on a GPU |
 *
 * Sources: Santurkar et al., "How Does Batch Normalization Help Optimization?", 2018, section 3.1 (what
 * is measured); Qiao et al., "Micro-Batch Training with Batch-Channel Normalization and Weight
 * Standardization", arXiv 1903.10520 (that WS smooths the loss).
 *
 * @module
 */
import { count, distinctNumbers } from "../../ground/value_kinds.ts";
import type { SettingKinds } from "../settings.ts";
import { type ClassificationProfile, profiles as imagenet } from "./imagenet.ts";

/** A run whose loss is measured, as data. Every value can be replaced by `--set key=value`. */
export interface SmoothnessProfile extends ClassificationProfile {
  /** At how many places of the training, evenly spread from its first step to its last; >= 2. */
  smoothnessPoints: number;
  /** Step sizes along the gradient, as multiples of the learning rate that the schedule falls from. */
  smoothnessSteps: readonly number[];
  /** Steps of the layerwise walk, as shares of each kernel's norm. */
  smoothnessRelativeSteps: readonly number[];
}

const stepList = distinctNumbers(
  "one or more finite numbers > 0, each once, like 0.5,1,2",
  (step) => Number.isFinite(step) && step > 0,
  1,
);

/** What the measurement goes by. */
export const smoothnessKinds: SettingKinds<SmoothnessProfile> = {
  smoothnessPoints: count(2),
  smoothnessSteps: stepList,
  smoothnessRelativeSteps: stepList,
};

/** What the steps and the batch follow from: measurements that differ in one of these say nothing of each other. */
export const measuredBy: readonly (keyof SmoothnessProfile)[] = [
  "learningRate",
  "batchSize",
  "microbatchSize",
  "imageSize",
  "resizeTo",
  "minArea",
  "augmentation",
];

function measured(profile: ClassificationProfile): SmoothnessProfile {
  return {
    ...profile,
    timingRounds: 0, // what an arm costs is another suite's question
    smoothnessPoints: 25,
    smoothnessSteps: [0.5, 1, 2, 4],
    smoothnessRelativeSteps: [0.01, 0.02, 0.05, 0.1],
  };
}

const { quick, proxy, paper } = imagenet as Record<
  "quick" | "proxy" | "paper",
  typeof imagenet[""]
>;

/** The profiles by name. */
export const profiles: Readonly<Record<string, SmoothnessProfile>> = {
  quick: {
    ...measured(quick!),
    description: "a tiny network on generated pictures, one seed, under two minutes on two cores",
    smoothnessPoints: 6,
    seeds: [0],
  },
  proxy: measured(proxy!),
  paper: measured(paper!),
};
