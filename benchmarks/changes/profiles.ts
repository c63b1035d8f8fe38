/**
 * What `bench:compare` runs on both commits.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:compare --base REF` | a step that became 10 % slower, or 1.5 points of mIoU less, are found; two equal commits raise no alarm | under 10 min on 2 cores |
 *
 * `deno task bench:detection` measures how often that holds.
 *
 * @module
 */
import {
  type OverheadProfile,
  profiles as overheadProfiles,
} from "../experiments/profiles/overhead.ts";
import type { Subject } from "../timing/protocol.ts";

export interface TimedWork extends Pick<Subject, "work" | "kernels"> {
  /** Also the metric's name. */
  name: string;
  /** The name in tables. */
  label: string;
  /** Steps of a side in a block, two to a cycle base, head, head, base. */
  turns: number;
}

/** A suite whose quality is compared. */
export interface ComparedSuite {
  /** Its name, as in `bench:<name>`. */
  name: string;
  /** The metric that is compared. */
  metric: string;
  /** Their mean is compared: a single arm scatters half as much again. */
  arms: readonly string[];
  /** Values of its quick profile to replace. */
  settings: Readonly<Record<string, string>>;
}

/** A comparison of two commits, as data. */
export interface RegressionProfile {
  description: string;
  step: OverheadProfile;
  works: readonly TimedWork[];
  /** Blocks of each work; each has processes of its own. */
  blocks: number;
  /** Names of the suites that are trained. */
  suites: readonly string[];
  seeds: readonly number[];
}

const shared = { arms: ["baseline", "ws"], settings: { timingRounds: "0", evaluations: "1" } };

/** A suite's program, from the repository's root. */
export function suiteFile(name: string): string {
  return `benchmarks/${name}.ts`;
}

export const suites: Readonly<Record<string, ComparedSuite>> = {
  ade20k: { name: "ade20k", metric: "mIoU", ...shared },
  imagenet: { name: "imagenet", metric: "top1", ...shared },
};

/** Processes differ by more than their steps do, so more turns would gain little. */
const training = { work: "train", turns: 8 } as const;

/**
 * As small as the suite's own quick profile, so that it fits into a CI job: each block starts two
 * processes, which should spend most of their time in steps.
 */
const quick: RegressionProfile = {
  description: "the step of a small ResNet, and the quick suites",
  step: { ...overheadProfiles.quick!, width: 16, warmupSteps: 6 },
  works: [
    { ...training, name: "train-plain", label: "training step, plain", kernels: "plain" },
    { ...training, name: "train-ws", label: "training step, WS", kernels: "ws" },
    { name: "infer-ws", label: "inference, WS", work: "infer", kernels: "ws", turns: 16 },
  ],
  blocks: 30,
  suites: ["ade20k"],
  seeds: Array.from({ length: 16 }, (_, seed) => seed),
};

export const profiles: Readonly<Record<string, RegressionProfile>> = { quick };
