import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { type Batch, disposeBatch } from "./dataloader.ts";

/**
 * Cuts a batch into parts of at most `size` images, in order. The parts are made one by one; each
 * is disposed of before the next, and the batch itself at the end, or when the iteration ends
 * early.
 *
 * @param batch `x` and `y`, with images along their first axis
 * @param size images in a part
 * @returns the parts; the batch itself if it fits
 * @throws {TypeError} if a batch to be cut does not have a label for each image
 */
export function* microbatches(batch: Batch, size: number): Generator<Batch, void, undefined> {
  const { x, y } = batch;
  try {
    const images = imageCount(batch);
    if (images <= size) {
      yield batch;
      return;
    }
    const requirement = `cut a batch as y must have ${images} labels along its first axis`;
    check(y.shape[0] === images, TypeError, requirement, `[${y.shape}]`);
    for (let first = 0; first < images; first += size) {
      const count = Math.min(size, images - first);
      const part = { x: tf.slice(x, first, count), y: tf.slice(y, first, count) };
      try {
        yield part;
      } finally {
        disposeBatch(part);
      }
    }
  } finally {
    disposeBatch(batch);
  }
}

/**
 * Refuses a batch without images, which has no loss, and disposes of it.
 *
 * @param batch the batch
 * @throws {TypeError} if it is empty
 */
export function checkImages(batch: Batch): void {
  const images = imageCount(batch);
  if (images === 0) disposeBatch(batch);
  check(images > 0, TypeError, "train as a batch must have images", `[${batch.x.shape}]`);
}

/**
 * How many images a batch has.
 *
 * @param batch the batch
 * @returns the length of its inputs' first axis
 */
export function imageCount({ x }: Batch): number {
  return x.shape[0] ?? 1;
}
