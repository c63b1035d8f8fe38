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

/** Something whose time is compared. */
export interface TimedWork extends Pick<Subject, "work" | "kernels"> {
  /** The metric's name. */
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
  /** What decides. */
  metric: string;
  /** Their mean is compared: an arm alone scatters by the half more. */
  arms: readonly string[];
  /** Values of its quick profile to replace. */
  settings: Readonly<Record<string, string>>;
}

/** A comparison of two commits, as data. */
export interface RegressionProfile {
  /** One line for `--help`. */
  description: string;
  /** The step that is timed. */
  step: OverheadProfile;
  /** What is timed. */
  works: readonly TimedWork[];
  /** Blocks of each work; each has processes of its own. */
  blocks: number;
  /** What is trained, by the names of suites. */
  suites: readonly string[];
  /** Seeds of each suite. */
  seeds: readonly number[];
}

const shared = { arms: ["baseline", "ws"], settings: { timingRounds: "0", evaluations: "1" } };

/** A suite's program, from the repository's root. */
export function suiteFile(name: string): string {
  return `benchmarks/${name}.ts`;
}

/** The suites that can be compared, by name. */
export const suites: Readonly<Record<string, ComparedSuite>> = {
  ade20k: { name: "ade20k", metric: "mIoU", ...shared },
  imagenet: { name: "imagenet", metric: "top1", ...shared },
};

/** A process differs from the next by more than its steps do: more turns would gain little. */
const training = { work: "train", turns: 8 } as const;

/**
 * As small as the suite's own quick profile, so that all of it fits into a job: each block starts two
 * processes, and most of their time is to be in steps.
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

/** The profiles by name. */
export const profiles: Readonly<Record<string, RegressionProfile>> = { quick };
