/**
 * How the images of a step are shared among workers.
 *
 * @module
 */
import { RefusedArmError } from "../experiments/arm.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import { UsageError } from "../ground/errors.ts";
import { counted } from "../ground/format.ts";

/** How a step is cut into parts. */
type Sizes = Pick<VisionProfile, "batchSize" | "microbatchSize">;

/**
 * A step as one of its workers takes it.
 *
 * @param workers how many share the batch
 */
export function workersShare<P extends Sizes>(profile: P, workers: number): P {
  return workers === 1 ? profile : { ...profile, batchSize: profile.batchSize / workers };
}

/**
 * Refuses a batch that workers cannot share equally.
 *
 * @throws {UsageError} naming the nearest ones that they can
 */
export function checkShared({ batchSize }: Sizes, workers: number): void {
  const rest = batchSize % workers;
  if (rest === 0) return;
  const nearest = [batchSize - rest, batchSize + workers - rest].filter((size) => size > 0);
  throw new UsageError(
    `Cannot train on ${counted(workers, "worker")} as they must share batchSize equally: current ` +
      `value is ${batchSize}; the nearest ${nearest.length === 1 ? "is" : "are"} ` +
      nearest.join(" and "),
  );
}

/**
 * Refuses microbatches that would not be those of one worker: what is normalized by their images would
 * train to something else, and silently.
 *
 * @throws {RefusedArmError} if they do not divide a worker's share
 */
export function checkMicrobatches({ batchSize, microbatchSize }: Sizes, workers: number): void {
  const share = batchSize / workers;
  if (workers === 1 || microbatchSize === 0 || share % microbatchSize === 0) return;
  throw new RefusedArmError(
    `Cannot train on ${counted(workers, "worker")} as microbatchSize must divide the ${share} ` +
      `images of each (batchSize=${batchSize}): current value is ${microbatchSize}`,
    `set microbatchSize=${divisorBelow(share, microbatchSize)}, or 0 for all ${share} at once`,
  );
}

function divisorBelow(number: number, most: number): number {
  let size = Math.min(number, most);
  while (number % size !== 0) size--;
  return size;
}
