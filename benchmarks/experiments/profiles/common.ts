import type { Duration } from "../../../src/training/duration.ts";
import type { Recompute } from "../../../src/training/recomputation/apply_recomputed.ts";
import type { TrainerOptions } from "../../../src/training/trainer_options.ts";
import { count, nameOf, number, trueOrFalse, type ValueKind } from "../../ground/value_kinds.ts";
import type { SettingKinds } from "../settings.ts";

/** What every profile of every suite has. */
export interface CommonProfile {
  /** One line for `--help`. */
  description: string;
  /** How long each cell trains: `"128ep"` epochs or `"150ba"` steps. */
  duration: Duration;
  /** How many evaluations there are in that time, evenly spread; a multiple of 4 for claim C4. */
  evaluations: number;
  /** Seeds; each arm trains once with each. */
  seeds: readonly number[];
  /** Rounds of the interleaved timing of the arms; 0 for none. */
  timingRounds: number;
  /** Images whose gradients are taken at once, to be summed into a step; 0 for the whole batch. */
  microbatchSize: number;
  /**
   * What the gradient computes again instead of keeping it, which takes less memory and more time:
   * `none`, `normalization` or `blocks`. Losses and weights are the same to the last digit.
   */
  recompute: string;
  /**
   * Threads that one operation of the tensorflow backend may use; 0 for as many as there are cores.
   * Small networks are faster with 1: operations then run beside each other, and none is cut up.
   */
  intraOpThreads: number;
  /** How often a cell is saved, so that `--resume` can go on inside of it: `"1ep"`, `"500ba"`. */
  checkpointInterval: Duration;
  /** How many checkpoints of a cell are kept, the newest ones; a whole number >= 1. */
  checkpointsToKeep: number;
  /** The norm to which the gradient of a step is scaled down where it is above; 0 for no limit. */
  maxGradientNorm: number;
  /**
   * Half-life of the weights' moving average, which is evaluated, kept and predicted with: `"500ba"`,
   * counted in steps, or `"1ep"`, in epochs; `"0ba"` for no average.
   */
  averageHalfLife: Duration;
  /**
   * How long a cell goes on after its best evaluation by the main metric, whose weights it then ends
   * with: `"4ep"`, `"500ba"`; `"0ba"` for to its end, with its last weights.
   */
  patience: Duration;
  /**
   * Whether batch normalization takes its statistics over the images of all workers, and not over each
   * worker's own; of one worker it is the same.
   */
  synchronizedBatchNorm: boolean;
  /** By how much more than this an evaluation must be better to count as better, with `patience`. */
  minDelta: number;
}

/** None of what a recipe may do beside its steps. */
export const plainTraining = {
  maxGradientNorm: 0,
  averageHalfLife: "0ba",
  patience: "0ba",
  minDelta: 0,
  synchronizedBatchNorm: false,
} as const satisfies Partial<CommonProfile>;

/** Whether a duration stands for not at all. */
export function isOff(duration: Duration): boolean {
  return Number.parseFloat(duration) === 0;
}

/** What a profile asks of a Trainer beside its steps, as the library takes it. */
export function trainingOptionsOf(
  { maxGradientNorm, averageHalfLife: halfLife, patience, minDelta }: Pick<
    CommonProfile,
    Exclude<keyof typeof plainTraining, "synchronizedBatchNorm">
  >,
  metric: string,
): Pick<TrainerOptions, "maxGradientNorm" | "movingAverage" | "earlyStopping"> {
  return {
    ...(maxGradientNorm > 0 && { maxGradientNorm }),
    ...(!isOff(halfLife) && { movingAverage: { halfLife } }),
    ...(!isOff(patience) && { earlyStopping: { metric, mode: "max", patience, minDelta } }),
  };
}

/** What `recompute` must be. */
export const recomputeKind: ValueKind<string> = nameOf("recompute", [
  "none",
  "normalization",
  "blocks",
]);

/** A profile's `recompute` as the library takes it. */
export function recomputeOf(
  { recompute }: Pick<CommonProfile, "recompute">,
): Recompute | undefined {
  return recompute === "none" ? undefined : recompute as Recompute; // as the kind checked
}

/** What the runner goes by. */
export const commonKinds: SettingKinds<CommonProfile> = {
  evaluations: count(1),
  timingRounds: count(),
  microbatchSize: count(),
  recompute: recomputeKind,
  intraOpThreads: count(),
  checkpointsToKeep: count(1),
  maxGradientNorm: number("a number >= 0", (norm) => norm >= 0),
  minDelta: number("a number >= 0", (delta) => delta >= 0),
  synchronizedBatchNorm: trueOrFalse,
};
