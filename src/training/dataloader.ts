import * as tf from "../tf.ts";

/** A batch as the Trainer takes it: inputs and labels. Whoever iterates disposes of both. */
export interface Batch {
  /** The model's input, e.g. `[batch, height, width, channels]`. */
  x: tf.Tensor;
  /** Labels, as the loss takes them. */
  y: tf.Tensor;
}

/** Where a Trainer's batches come from. */
export interface Dataloader {
  /**
   * Batches in an epoch, an integer >= 1: the Trainer counts steps and schedules with it, and takes
   * no more than these of an epoch.
   */
  readonly batchesPerEpoch: number;
  /** The batches of one epoch, counted from 0: the same epoch gives the same batches again. */
  batches(epoch: number): AsyncIterable<Batch> | Iterable<Batch>;
}

/** Frees both tensors of a batch. */
export function disposeBatch({ x, y }: Batch): void {
  tf.dispose([x, y]);
}
