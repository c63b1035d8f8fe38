/**
 * Which images belong to which part of which batch.
 *
 * @module
 */
import { generatorFor, permutation } from "../random.ts";
import type { BatchSlice, LoadingPlan } from "./options.ts";

/** How an epoch is cut into batches, and these into parts. */
export interface Parts {
  /** Batches in an epoch. */
  readonly batchesPerEpoch: number;
  /** Parts in a batch, or in a slice of one; an incomplete last batch may have fewer. */
  readonly perBatch: number;
  /** Parts in an epoch. */
  readonly count: number;
  /** The places of a part's images in the epoch's order: the first, and the last + 1. */
  range(part: number): [start: number, end: number];
}

/**
 * Cuts `length` images into batches, takes a slice of each, and cuts that into parts.
 *
 * @param caller the function that was called, for messages
 * @param length how many images there are
 * @param train whether all batches must have equally many parts
 * @param plan the sizes of batches and parts, and the slice
 * @returns the parts
 * @throws {RangeError} if an epoch would hold no batch, a training batch fewer parts than the
 *   others, or its slices are not equal
 */
export function cutIntoParts(
  caller: string,
  length: number,
  train: boolean,
  { batchSize, microbatchSize, dropLast, slice }: LoadingPlan,
): Parts {
  const whole = Math.floor(length / batchSize);
  const rest = dropLast ? 0 : length % batchSize;
  const batchesPerEpoch = whole + (rest > 0 ? 1 : 0);
  if (batchesPerEpoch === 0) throw noBatch(caller, length, batchSize);
  if (train) checkSlices(caller, batchSize, rest, slice);
  const partsOf = (images: number) => Math.ceil(lengthOf(images, slice) / microbatchSize);
  const [perBatch, restParts] = [partsOf(batchSize), partsOf(rest)];
  if (train && rest > 0 && restParts < perBatch) throw unequalParts(caller, rest, perBatch);
  return {
    batchesPerEpoch,
    perBatch,
    count: whole * perBatch + restParts,
    range(part) {
      // A slice of the incomplete last batch may have parts where those of the others have none.
      const batch = perBatch > 0 ? Math.min(whole, Math.floor(part / perBatch)) : whole;
      const images = Math.min(batchSize, length - batch * batchSize);
      const [first, end] = sliceOf(images, slice);
      const start = batch * batchSize + first + (part - batch * perBatch) * microbatchSize;
      return [start, Math.min(start + microbatchSize, batch * batchSize + end)];
    },
  };
}

/** The places of a slice in a batch of so many images: the first, and the last + 1. */
export function sliceOf(images: number, { rank, size }: BatchSlice): [start: number, end: number] {
  return [Math.floor(images * rank / size), Math.floor(images * (rank + 1) / size)];
}

function lengthOf(images: number, slice: BatchSlice): number {
  const [start, end] = sliceOf(images, slice);
  return end - start;
}

/** The workers' gradients are averaged with equal weights. */
function checkSlices(caller: string, batchSize: number, rest: number, { size }: BatchSlice): void {
  const odd = [batchSize, rest].find((images) => images % size !== 0);
  if (odd === undefined) return;
  throw new RangeError(
    `Cannot make a ${caller} as ${size} slices of a training batch must be equal: ` +
      (odd === batchSize
        ? `current value of batchSize is ${odd}`
        : `the incomplete last batch has ${odd} images; set dropLast to true`),
  );
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
