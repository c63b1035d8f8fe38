/** Batches of a segmentation data set: shuffled and augmented for training, in order for evaluation. */
import { cached } from "./cache.ts";
import { generatorFor, permutation } from "./random.ts";
import type { Split } from "./sample.ts";
import {
  type TrainingTransformOptions,
  type TransformedSample,
  transformForTraining,
} from "./transforms/training.ts";
import { transformForValidation } from "./transforms/validation.ts";

/** Arrays of one batch; TensorFlow.js makes tensors of them without a copy. */
export interface SegmentationBatch {
  /** Normalized RGB, `[batch, height, width, 3]`. */
  images: Float32Array;
  /** Labels `[batch, height, width]`; −1 where a pixel is ignored. */
  labels: Int32Array;
  /** `[batch, height, width]`. */
  shape: [batch: number, height: number, width: number];
  /** The images' names. */
  names: string[];
}

/** What a `SegmentationLoader` is told; size, scaleRange, flip and photometric as the training transform has them. */
export interface SegmentationLoaderOptions extends TrainingTransformOptions {
  /** Images a batch. */
  batchSize: number;
  /** Whether to shuffle and augment (training), or to go in order under the validation protocol. */
  train: boolean;
  /** What shuffling and augmentation depend on, with epoch and image (default 0). */
  seed?: number;
  /** Whether to leave out an incomplete last batch (default: in training). */
  dropLast?: boolean;
  /** Decoded images kept in memory, in bytes (default 256 MiB). */
  cacheBytes?: number;
}

/**
 * Reads, transforms and batches the images of a split; the next batch is prepared while the current one is in use.
 *
 * The order depends on `(seed, epoch)` and an image's augmentation on `(seed, epoch, index)` alone, so the same epoch
 * gives the same batches again, in any process.
 */
export class SegmentationLoader {
  /** Batches in an epoch. */
  readonly batchesPerEpoch: number;
  private readonly split: Split;
  private readonly options: SegmentationLoaderOptions & { seed: number };

  /** Throws `RangeError` where `batchSize` or `size` is no positive integer, or an epoch would hold no batch. */
  constructor(split: Split, options: SegmentationLoaderOptions) {
    const { batchSize, train, dropLast = train, seed = 0, cacheBytes = 256 * 2 ** 20 } = options;
    checkPositive("batchSize", batchSize);
    checkPositive("size", options.size);
    const batches = split.length / batchSize;
    this.batchesPerEpoch = dropLast ? Math.floor(batches) : Math.ceil(batches);
    if (this.batchesPerEpoch === 0) throw noBatch(split.length, batchSize);
    this.split = cached(split, cacheBytes);
    this.options = { ...options, seed };
  }

  /** The batches of one epoch, counted from 0. Throws `DataError` where a file is unusable. */
  async *batches(epoch: number): AsyncGenerator<SegmentationBatch, void, void> {
    const order = this.order(epoch);
    let next = this.prepare(order, 0, epoch);
    try {
      for (let step = 0; step < this.batchesPerEpoch; step++) {
        const batch = await next;
        if (step + 1 < this.batchesPerEpoch) next = this.prepare(order, step + 1, epoch);
        // A failure is thrown by the await above, or by nobody where the consumer stops before it.
        next.catch(() => {});
        yield batch;
      }
    } finally {
      await next.catch(() => {});
    }
  }

  private order(epoch: number): Int32Array {
    const { train, seed } = this.options;
    const { length } = this.split;
    if (!train) return Int32Array.from({ length }, (_, i) => i);
    return permutation(generatorFor(seed, epoch), length);
  }

  private async prepare(
    order: Int32Array,
    step: number,
    epoch: number,
  ): Promise<SegmentationBatch> {
    const { batchSize, size } = this.options;
    const indices = order.subarray(step * batchSize, (step + 1) * batchSize);
    const images = new Float32Array(indices.length * size * size * 3);
    const labels = new Int32Array(indices.length * size * size);
    const names: string[] = [];
    for (const [i, index] of indices.entries()) {
      const sample = await this.transform(index, epoch);
      images.set(sample.image, i * size * size * 3);
      labels.set(sample.labels, i * size * size);
      names.push(this.split.names[index] as string);
    }
    return { images, labels, shape: [indices.length, size, size], names };
  }

  private async transform(index: number, epoch: number): Promise<TransformedSample> {
    const { train, seed, size } = this.options;
    const sample = await this.split.read(index);
    if (!train) return transformForValidation(sample, size);
    return transformForTraining(sample, this.options, generatorFor(seed, epoch, index));
  }
}

function checkPositive(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new RangeError(
    `Cannot make a SegmentationLoader as ${name} must be an integer > 0: current value is ${value}`,
  );
}

function noBatch(length: number, batchSize: number): RangeError {
  const advice = length === 0
    ? "use a data set that has this part"
    : `lower batchSize to ${length}, or set dropLast to false`;
  return new RangeError(
    `Cannot make a SegmentationLoader as batchSize must be <= ${length}, the images in the split: ` +
      `current value is ${batchSize}; ${advice}`,
  );
}
