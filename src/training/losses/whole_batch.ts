import * as tf from "../../tf.ts";
import { sharedBatch } from "../../workers.ts";

/**
 * The batch that a loss is of, be it on several workers. Their losses' mean, weighted by images, is
 * then the loss of the whole: each divides by what all have, and by its own share of the images.
 */
export interface WholeBatch {
  /** Sums over the pixels of this worker become sums over all. */
  sum(own: readonly tf.Tensor[]): tf.Tensor[];
  /** Divides by this worker's share of the images. */
  perShare<T extends tf.Tensor>(value: T): T;
}

/** A batch that is this process's alone. */
const alone: WholeBatch = { sum: (own) => [...own], perShare: (value) => value };

/**
 * The batch of the step that is running.
 *
 * @returns it; nothing where it is this process's alone
 */
export function batchOverWorkers(): WholeBatch | undefined {
  const shared = sharedBatch();
  if (shared === undefined) return undefined;
  const { group, share } = shared;
  return {
    sum: (own) => group.sum(own),
    perShare: <T extends tf.Tensor>(value: T) => tf.div(value, share) as T,
  };
}

/**
 * The share of each pixel in a mean over labelled ones.
 *
 * @param weights `[pixels, 1]`: 1 where labelled, 0 where ignored
 * @param batch what the mean is over; without it, these pixels
 * @returns `[pixels, 1]`
 */
export function pixelShares(weights: tf.Tensor2D, batch: WholeBatch = alone): tf.Tensor2D {
  const [labelled] = batch.sum([tf.sum(weights)]);
  return batch.perShare(tf.div(weights, tf.maximum(labelled!, 1)) as tf.Tensor2D);
}
