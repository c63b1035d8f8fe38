/**
 * Batches for measurements: the first of a dataloader, parts of it, copies of one.
 *
 * @module
 */
import * as tf from "../../src/tf.ts";
import { type Batch, type Dataloader, disposeBatch } from "../../src/training/dataloader.ts";

/**
 * The first batch, or the first part where batches come in parts.
 *
 * @returns the batch, which the caller disposes of
 * @throws {RangeError} if there is none
 */
export async function firstOf(dataloader: Dataloader): Promise<Batch> {
  for await (const batch of dataloader.batches(0)) return batch;
  throw new RangeError("Cannot try a step as its data must have a batch: they have none");
}

/**
 * A batch of the first images of another.
 *
 * @param batch the other, which is disposed of
 * @param count how many images, at most
 */
export function firstImagesOf(batch: Batch, count: number): Batch {
  const images = Math.min(count, batch.x.shape[0] ?? 1);
  const rows = (tensor: tf.Tensor) =>
    tf.slice(tensor, tensor.shape.map(() => 0), [images, ...tensor.shape.slice(1)]);
  const first = { x: rows(batch.x), y: rows(batch.y) };
  disposeBatch(batch);
  return first;
}

/**
 * The beginning of every epoch of a dataloader.
 *
 * @param batchesPerEpoch how many batches are left of an epoch
 * @param images how many images are left of each; all of them without
 */
export function shortened(
  dataloader: Dataloader,
  batchesPerEpoch: number,
  images?: number,
): Dataloader {
  return {
    batchesPerEpoch,
    async *batches(epoch) {
      let given = 0;
      for await (const batch of dataloader.batches(epoch)) {
        yield images === undefined ? batch : firstImagesOf(batch, images);
        if (++given === batchesPerEpoch) return;
      }
    },
  };
}

/**
 * The same batch again and again: a step disposes of what it is given.
 *
 * @param batch the batch, which stays the caller's
 */
export async function* copiesOf({ x, y }: Batch): AsyncGenerator<Batch, void> {
  for (;;) yield await Promise.resolve({ x: x.clone(), y: y.clone() });
}
