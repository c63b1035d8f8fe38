/**
 * Which images belong to which part of which batch.
 *
 * @module
 */
import { generatorFor, permutation } from "../random.ts";
import type { LoadingPlan } from "./options.ts";

/** How an epoch is cut into batches, and these into parts. */
export interface Parts {
  /** Batches in an epoch. */
  readonly batchesPerEpoch: number;
  /** Parts in a batch; an incomplete last batch may have fewer. */
  readonly perBatch: number;
  /** Parts in an epoch. */
  readonly count: number;
  /** The places of a part's images in the epoch's order: the first, and the last + 1. */
  range(part: number): [start: number, end: number];
}

/**
 * Cuts `length` images into batches and parts.
 *
 * @param caller the function that was called, for messages
 * @param length how many images there are
 * @param train whether all batches must have equally many parts
 * @param plan the sizes of batches and parts
 * @returns the parts
 * @throws {RangeError} if an epoch would hold no batch, or a training batch fewer parts than the
 *   others
 */
export function cutIntoParts(
  caller: string,
  length: number,
  train: boolean,
  { batchSize, microbatchSize, dropLast }: LoadingPlan,
): Parts {
  const whole = Math.floor(length / batchSize);
  const rest = dropLast ? 0 : length % batchSize;
  const batchesPerEpoch = whole + (rest > 0 ? 1 : 0);
  if (batchesPerEpoch === 0) throw noBatch(caller, length, batchSize);
  const perBatch = Math.ceil(batchSize / microbatchSize);
  const restParts = Math.ceil(rest / microbatchSize);
  if (train && restParts > 0 && restParts < perBatch) throw unequalParts(caller, rest, perBatch);
  return {
    batchesPerEpoch,
    perBatch,
    count: whole * perBatch + restParts,
    range(part) {
      const batch = Math.floor(part / perBatch);
      const start = batch * batchSize + (part % perBatch) * microbatchSize;
      return [start, Math.min(start + microbatchSize, (batch + 1) * batchSize, length)];
    },
  };
}

/**
 * The order of an epoch's images: that of the split, or in training a random one that depends on
 * `(seed, epoch)` alone. It takes four bytes an image.
 *
 * @param length how many images there are
 * @param train whether the order is random
 * @param seed what it depends on
 * @param epoch what else it depends on
 * @returns the index of the image at a place
 */
export function epochOrder(
  length: number,
  train: boolean,
  seed: number,
  epoch: number,
): (place: number) => number {
  if (!train) return (place) => place;
  const order = permutation(generatorFor(seed, epoch), length);
  return (place) => order[place] as number;
}

function noBatch(caller: string, length: number, batchSize: number): RangeError {
  const advice = length === 0
    ? "use a data set that has this part"
    : `lower batchSize to ${length}, or set dropLast to false`;
  return new RangeError(
    `Cannot make a ${caller} as batchSize must be <= ${length}, the images in the split: ` +
      `current value is ${batchSize}; ${advice}`,
  );
}

function unequalParts(caller: string, rest: number, parts: number): RangeError {
  return new RangeError(
    `Cannot make a ${caller} as each training batch must come in ${parts} parts: the incomplete last ` +
      `batch has ${rest} images, which are fewer; set dropLast to true, or leave out microbatchSize`,
  );
}
