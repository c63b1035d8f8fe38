/**
 * Settings of a profile that its cells' Trainers take: checked before anything is trained, and what the
 * reader must know of them.
 *
 * @module
 */
import { durationInSteps } from "../../src/training/duration.ts";
import { isOff } from "../experiments/profiles/common.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import type { Warning } from "../record/mod.ts";

/**
 * Checks the durations that a Trainer would refuse once a cell begins.
 *
 * @param trainingCount images to train on
 * @throws {RangeError} if one is no duration
 */
export function checkTraining(
  { batchSize, averageHalfLife, patience }: VisionProfile,
  trainingCount: number,
): void {
  const perEpoch = batchSize > 0 ? Math.floor(trainingCount / batchSize) : 0;
  durationInSteps(averageHalfLife, perEpoch, "averageHalfLife");
  durationInSteps(patience, perEpoch, "patience");
}

/** The warning that early stopping calls for: it looks at the images that the result is measured on. */
export function bestOfMany({ patience, evaluations }: VisionProfile): Warning[] {
  if (isOff(patience)) return [];
  return [{
    code: "best-of-evaluations",
    message:
      `Each cell ends with the weights of its best evaluation (patience ${patience}, up to ` +
      `${evaluations} evaluations), and is scored on the images that chose it`,
    advice: "Expect lower scores on new images: compare the arms with each other, and leave " +
      "patience out for a number that is to be published",
  }];
}
