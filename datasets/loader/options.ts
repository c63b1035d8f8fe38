/** What loaders are told, and what they hand out. */

/** Arrays of one batch, or of one part of it; TensorFlow.js makes tensors of them without a copy. */
export interface LoadedBatch {
  /** Normalized RGB, `[batch, height, width, 3]`. */
  images: Float32Array;
  /** The shape of `images`. */
  imageShape: [batch: number, height: number, width: number, channels: 3];
  /** A class each, `[batch]`; or a class each pixel, `[batch, height, width]`, −1 where it is ignored. */
  labels: Int32Array;
  /** The shape of `labels`. */
  labelShape: number[];
  /** The images' names. */
  names: string[];
}

/** An image that was passed over. */
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
  /** The parts that each batch comes in. */
  readonly microbatchesPerBatch: number;
  /** Bad images passed over so far, each once, in the order in which they were wanted. */
  readonly skipped: readonly SkippedImage[];
  /**
   * The batches of one epoch, counted from 0, without the first `firstBatch` ones; each in `microbatchesPerBatch` parts.
   * A part may be kept: nothing writes to it any more. Throws `DataError` where an image is unusable and may not be
   * skipped, at the part that it belongs to; `RangeError` where a number is no integer >= 0.
   */
  batches(epoch: number, firstBatch?: number): AsyncGenerator<LoadedBatch, void, void>;
  /** Ends the workers, at once. The loader is of no use afterwards. */
  close(): Promise<void>;
}

/** What every loader may be told. */
export interface LoaderOptions {
  /** Images a batch. */
  batchSize: number;
  /** Images a part, at most, where a batch is to come in parts (default: the whole batch at once). */
  microbatchSize?: number;
  /** Whether to shuffle and augment (training), or to go in order under the validation protocol. */
  train: boolean;
  /** What shuffling and augmentation depend on, with epoch and image (default 0). */
  seed?: number;
  /** Whether to leave out an incomplete last batch (default: in training). */
  dropLast?: boolean;
  /**
   * Threads that decode and transform; with 0, the caller's own does it while the caller waits. Batches do not depend on
   * it (default: one less than the machine has processors, from 1 to 8; 0 for a split that is not in files).
   */
  workers?: number;
  /** Parts that are prepared ahead of the one in use: with it they bound the memory (default: workers + 1). */
  prefetch?: number;
  /**
   * Bad images that may be passed over, each counted once: the next one of the data set that can be used takes the place
   * of such an image (default 0).
   */
  skipBad?: number;
  /** URL of a module that exports a faster JPEG decoder: see decoder.ts. Intact pictures have the same pixels. */
  decoder?: string;
}

/** The options that are numbers, defaults filled in. */
export interface LoadingPlan {
  batchSize: number;
  microbatchSize: number;
  dropLast: boolean;
  workers: number;
  prefetch: number;
  skipBad: number;
}

/** How many threads a loader starts unless told: a training step on the processors keeps its share of them. */
export function defaultWorkers(processors: number = navigator.hardwareConcurrency): number {
  return Math.min(8, Math.max(1, processors - 1));
}

/**
 * Fills in defaults.
 *
 * Throws `RangeError` where a number is out of range.
 *
 * @param caller the function that was called, for messages
 * @param inFiles whether workers can read the images
 */
export function planLoading(caller: string, options: LoaderOptions, inFiles: boolean): LoadingPlan {
  const { batchSize, train, seed = 0, dropLast = train, skipBad = 0 } = options;
  const { microbatchSize = batchSize, workers = inFiles ? defaultWorkers() : 0 } = options;
  const { prefetch = workers + 1 } = options;
  checkInteger(caller, { batchSize, microbatchSize }, 1);
  checkInteger(caller, { workers, prefetch, skipBad }, 0);
  checkInteger(caller, { seed }, Number.MIN_SAFE_INTEGER);
  if (workers > 0 && !inFiles) {
    throw new RangeError(
      `Cannot make a ${caller} as workers must be 0 where the split has no method "entry" that says ` +
        `where its images lie: current value is ${workers}`,
    );
  }
  return { batchSize, microbatchSize, dropLast, workers, prefetch, skipBad };
}

/** Throws `RangeError` where one of the named values is no integer, or below `least`. */
export function checkInteger(caller: string, values: Record<string, number>, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    const wanted = least === 1 ? "> 0" : `>= ${least}`;
    throw new RangeError(
      `Cannot make a ${caller} as ${name} must be an integer ${wanted}: current value is ${value}`,
    );
  }
}
