import * as tf from "../tf.ts";

/** A batch as the Trainer takes it: inputs and labels. The consumer disposes of both. */
export interface Batch {
  /** The model's input, e.g. `[batch, height, width, channels]`. */
  x: tf.Tensor;
  /** Labels, as the loss takes them. */
  y: tf.Tensor;
}

/** Where a Trainer's batches come from. */
export interface Dataloader {
  /**
   * Batches in an epoch, an integer >= 1: the Trainer counts optimizer steps and schedules with it,
   * and takes no more than these of an epoch.
   */
  readonly batchesPerEpoch: number;
  /**
   * How many parts each batch comes in, an integer >= 1. With n of them `batches` gives n parts for
   * each optimizer step, in order, so that the whole batch never has to be in memory; their
   * gradients accumulate, each weighted by its number of images.
   *
   * @default {1}
   */
  readonly microbatchesPerBatch?: number | undefined;
  /** The batches of one epoch, counted from 0: the same epoch gives the same batches again. */
  batches(epoch: number): AsyncIterable<Batch> | Iterable<Batch>;
  /**
   * An epoch without its first batches (those of `firstBatch` optimizer steps), for a run that
   * resumes in the middle of it. Without this method the Trainer draws and drops them.
   */
  batchesFrom?(epoch: number, firstBatch: number): AsyncIterable<Batch> | Iterable<Batch>;
}

/** Frees both tensors of a batch. */
export function disposeBatch({ x, y }: Batch): void {
  tf.dispose([x, y]);
}

/**
 * What is left of an epoch.
 *
 * @param dataloader where the batches come from
 * @param epoch the epoch, counted from 0
 * @param firstBatch the batches before this one, counted in optimizer steps, are skipped
 * @returns batches, or parts of them if the dataloader gives parts; the consumer disposes of them
 */
export async function* batchesFrom(
  dataloader: Dataloader,
  epoch: number,
  firstBatch: number,
): AsyncGenerator<Batch, void, undefined> {
  if (firstBatch > 0 && dataloader.batchesFrom !== undefined) {
    yield* dataloader.batchesFrom(epoch, firstBatch);
    return;
  }
  let toDrop = firstBatch * (dataloader.microbatchesPerBatch ?? 1);
  for await (const batch of dataloader.batches(epoch)) {
    if (toDrop-- > 0) disposeBatch(batch);
    else yield batch;
  }
}
