/**
 * What a loader takes and what it produces.
 *
 * @module
 */

/** Arrays of one batch, or of a part of it; TensorFlow.js makes tensors of them without a copy. */
export interface LoadedBatch {
  /** Normalized RGB, `[batch, height, width, 3]`. */
  images: Float32Array;
  /** The shape of `images`. */
  imageShape: [batch: number, height: number, width: number, channels: 3];
  /** Classes, `[batch]`; or those of pixels, `[batch, height, width]`, −1 where ignored. */
  labels: Int32Array;
  /** The shape of `labels`. */
  labelShape: number[];
  /** The images' names. */
  names: string[];
}

/** An image that was skipped. */
export interface SkippedImage {
  /** Its name in the data set. */
  name: string;
  /** What is wrong with it, naming its file. */
  reason: string;
}

/** Reads, transforms and batches the images of a split. */
export interface Loader {
  /** Batches in an epoch: one for each optimizer step. */
  readonly batchesPerEpoch: number;
  /** How many parts each batch comes in. */
  readonly microbatchesPerBatch: number;
  /** Bad images skipped so far, each once, in the order in which they were due. */
  readonly skipped: readonly SkippedImage[];
  /**
   * Loads the batches of one epoch, each in `microbatchesPerBatch` parts. A part may be kept:
   * nothing overwrites it.
   *
   * @param epoch counted from 0
   * @param firstBatch how many batches to leave out at the beginning
   * @returns the parts of the batches, in order
   * @throws {DataError} if an image is unusable and may not be skipped, at the part that it belongs
   *   to
   * @throws {RangeError} if a number is not an integer >= 0
   */
  batches(epoch: number, firstBatch?: number): AsyncGenerator<LoadedBatch, void, void>;
  /** Ends the workers at once. The loader cannot be used afterwards. */
  close(): Promise<void>;
}

/** Which slice of each batch a loader gives, where several processes train on one batch. */
export interface BatchSlice {
  /** Whose slice it is, from 0. */
  rank: number;
  /** How many slices there are. */
  size: number;
}

/** Options of every loader. */
export interface LoaderOptions {
  /** Images a batch; with a slice, of all slices together. */
  batchSize: number;
  /**
   * Gives of each batch the images `[rank·b, (rank + 1)·b)` alone, where `b = batchSize / size`: all
   * loaders of a group together give each image that one without slices gives, in its order, with its
   * augmentation, and none twice. Of a batch that `size` does not divide, as the last one of an
   * evaluation, the slices are as equal as they can be, and one may be empty: then its part is left
   * out (default: the whole batch).
   */
  slice?: BatchSlice;
  /**
   * The most images in a part, if a batch is to come in parts (default: the whole batch at once).
   */
  microbatchSize?: number;
  /** Whether to shuffle and augment (training), or to go in order under the validation protocol. */
  train: boolean;
  /** What shuffling and augmentation depend on, besides epoch and image (default 0). */
  seed?: number;
  /** Whether to drop an incomplete last batch (default: in training). */
  dropLast?: boolean;
  /**
   * Threads that decode and transform; with 0 the caller's own thread does it, while the caller
   * waits. Batches do not depend on it (default: one less than the machine has processors, from 1
   * to 8; 0 for a split that is not in files).
   */
  workers?: number;
  /**
   * Parts that are prepared ahead of the one in use: with it they bound the memory (default:
   * workers + 1).
   */
  prefetch?: number;
  /**
   * How many bad images may be skipped, each counted once: the next usable image of the data set
   * takes the place of a bad one (default 0).
   */
  skipBad?: number;
  /**
   * URL of a module that exports a faster JPEG decoder, see decoder.ts. Intact pictures keep their
   * pixels.
   */
  decoder?: string;
}

/** The numeric options, with defaults filled in. */
export interface LoadingPlan {
  batchSize: number;
  microbatchSize: number;
  dropLast: boolean;
  workers: number;
  prefetch: number;
  skipBad: number;
  slice: BatchSlice;
}

/** The slice that is the whole batch. */
export const wholeBatch: BatchSlice = { rank: 0, size: 1 };

/**
 * How many threads a loader starts by default: a training step on the processors keeps its share of
 * them.
 *
 * @param processors how many the machine has
 * @returns one less, from 1 to 8
 */
export function defaultWorkers(processors: number = navigator.hardwareConcurrency): number {
  return Math.min(8, Math.max(1, processors - 1));
}

/**
 * Fills in defaults and checks the options.
 *
 * @param caller the function that was called, for messages
 * @param options what it was given
 * @param inFiles whether workers can read the images
 * @returns all numbers
 * @throws {RangeError} if one is out of range
 */
export function planLoading(caller: string, options: LoaderOptions, inFiles: boolean): LoadingPlan {
  const { batchSize, train, seed = 0, dropLast = train, skipBad = 0 } = options;
  const { microbatchSize = batchSize, workers = inFiles ? defaultWorkers() : 0 } = options;
  const { prefetch = workers + 1, slice = wholeBatch } = options;
  checkInteger(caller, { batchSize, microbatchSize }, 1);
  checkInteger(caller, { workers, prefetch, skipBad }, 0);
  checkInteger(caller, { seed }, Number.MIN_SAFE_INTEGER);
  checkInteger(caller, { "slice.size": slice.size }, 1);
  checkInteger(caller, { "slice.rank": slice.rank }, 0);
  if (slice.rank >= slice.size) {
    throw new RangeError(
      `Cannot make a ${caller} as slice.rank must be < slice.size, ${slice.size}: current value is ` +
        `${slice.rank}`,
    );
  }
  if (workers > 0 && !inFiles) {
    throw new RangeError(
      `Cannot make a ${caller} as workers must be 0 where the split has no method "entry" that says ` +
        `where its images lie: current value is ${workers}`,
    );
  }
  return { batchSize, microbatchSize, dropLast, workers, prefetch, skipBad, slice };
}

/**
 * Checks integers.
 *
 * @param caller the function that was called, for messages
 * @param values the numbers by name
 * @param least the smallest allowed
 * @throws {RangeError} if one is not an integer, or below `least`
 */
export function checkInteger(caller: string, values: Record<string, number>, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    const wanted = least === 1 ? "> 0" : `>= ${least}`;
    throw new RangeError(
      `Cannot make a ${caller} as ${name} must be an integer ${wanted}: current value is ${value}`,
    );
  }
}
