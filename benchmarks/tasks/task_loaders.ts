import { DataError } from "../../datasets/errors.ts";
import type {
  BatchSlice,
  LoadedBatch,
  Loader,
  LoaderOptions,
  SkippedImage,
} from "../../datasets/loader.ts";
import * as tf from "../../src/tf.ts";
import type { Batch } from "../../src/training/dataloader.ts";
import type { LoadingOptions } from "./suite.ts";
import type { ClosableDataloader } from "./task.ts";

/** The loaders that a task has made: their limit of bad images, and their end. */
export class TaskLoaders {
  /** The options that all loaders of the task share. */
  readonly options: Pick<LoaderOptions, "workers" | "skipBad" | "decoder">;
  /** The slice of each training batch. */
  readonly slice: BatchSlice;
  readonly #loaders: Loader[] = [];

  /** @param options as the command line has them */
  constructor({ loaderThreads, skipBad, slice = { rank: 0, size: 1 } }: LoadingOptions) {
    this.slice = slice;
    this.options = {
      ...(skipBad !== undefined && { skipBad }),
      ...(loaderThreads !== undefined && { workers: loaderThreads }),
      ...decoder(),
    };
  }

  /** A loader's arrays as tensors, which whoever iterates disposes of. */
  dataloader(loader: Loader): ClosableDataloader {
    this.#loaders.push(loader);
    return {
      batchesPerEpoch: loader.batchesPerEpoch,
      microbatchesPerBatch: loader.microbatchesPerBatch,
      batches: (epoch) => this.#tensors(loader.batches(epoch)),
      batchesFrom: (epoch, firstBatch) => this.#tensors(loader.batches(epoch, firstBatch)),
      skipped: () => loader.skipped,
      close: () => loader.close(),
    };
  }

  /** The images that any of them has passed over so far, each once. */
  skipped(): SkippedImage[] {
    return eachOnce(this.#loaders.flatMap(({ skipped }) => skipped));
  }

  /** Ends every loader's workers. */
  async close(): Promise<void> {
    await Promise.all(this.#loaders.map((loader) => loader.close()));
  }

  async *#tensors(batches: AsyncIterable<LoadedBatch>): AsyncGenerator<Batch, void, void> {
    for await (const { images, imageShape, labels, labelShape } of batches) {
      this.#checkSkipped();
      yield { x: tf.tensor4d(images, imageShape), y: tf.tensor(labels, labelShape, "int32") };
    }
  }

  /** Each loader keeps to the limit; together they must, too. */
  #checkSkipped(): void {
    const { skipBad = 0 } = this.options;
    const skipped = this.skipped();
    if (skipped.length <= skipBad) return;
    throw tooManySkipped(skipped, skipBad);
  }
}

/** The error that more bad images than may be passed over are. */
export function tooManySkipped(skipped: readonly SkippedImage[], limit: number): DataError {
  return new DataError(
    `Cannot pass over more than ${limit} bad images (--skip-bad), and there are more: ` +
      skipped.map(({ reason }) => reason).join("; "),
  );
}

/** Images without those whose name came before. */
export function eachOnce(images: readonly SkippedImage[]): SkippedImage[] {
  return [...new Map(images.map((image) => [image.name, image])).values()];
}

/** TensorFlow's decoder is the faster one, and there where its backend is. */
function decoder(): { decoder?: string } {
  if (tf.getBackend() !== "tensorflow") return {};
  return { decoder: new URL("../../src/backends/tensorflow/decode_jpeg.ts", import.meta.url).href };
}
