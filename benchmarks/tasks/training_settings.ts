/**
 * Settings of a profile that its cells' Trainers take: checked before anything is trained.
 *
 * @module
 */
import { durationInSteps } from "../../src/training/duration.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";

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
