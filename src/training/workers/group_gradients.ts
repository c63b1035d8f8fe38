import * as tf from "../../tf.ts";
import { sumInBuckets } from "./buckets.ts";
import type { WorkerGroup } from "./worker_group.ts";

/** What a step counts over all workers. */
export interface GroupCounts {
  /** Images, `[]`. */
  images: tf.Scalar;
  /** Workers that are to stop, `[]`. */
  stops: tf.Scalar;
}

/**
 * Counts the images of a step over all workers, and those that are to stop. First thing in a step, it
 * comes together while the rest is computed.
 *
 * @param group the workers
 * @param images this worker's, `[]`
 * @param stop whether this worker is to stop: 1 or 0, `[]`
 * @returns the sums
 */
export function countTogether(
  group: WorkerGroup,
  images: tf.Tensor,
  stop: tf.Tensor,
): GroupCounts {
  const [sums] = group.sum([tf.stack([images, stop])]);
  const [all, stops] = tf.unstack(sums!) as [tf.Scalar, tf.Scalar];
  return { images: all, stops };
}

/** What workers sum at the end of a step. */
export interface Summands {
  /** By weight, from the first layer to the last; what is missing stays so. */
  gradients: readonly (tf.Tensor | undefined)[];
  /** This worker's part of the loss, `[]`. */
  loss: tf.Tensor;
  /** Moving statistics that the step has updated. */
  statistics: readonly tf.Variable[];
  /** This worker's part of the images, `[]`, by which the statistics are weighted. */
  share: tf.Tensor;
}

/**
 * Sums what workers have computed: gradients from the last layer to the first, as they will be there;
 * loss and statistics go with the last of them. Statistics become the workers' mean, so that models
 * stay the same on all.
 *
 * @param group the workers
 * @param summands this worker's
 * @returns gradients and loss of all workers
 */
export function sumTogether(
  group: WorkerGroup,
  { gradients, loss, statistics, share }: Summands,
): { gradients: (tf.Tensor | undefined)[]; loss: tf.Scalar } {
  const rest = [loss, ...statistics.map((variable) => tf.mul(variable, share))];
  const sums = sumInBuckets(group, [...gradients.toReversed(), ...rest]);
  const [sum, ...means] = sums.splice(gradients.length) as tf.Tensor[];
  statistics.forEach((variable, i) => variable.assign(means[i]!));
  return { gradients: sums.reverse(), loss: sum as tf.Scalar };
}

/**
 * Finds out which moving statistics a computation updates: weights that no gradient trains.
 *
 * @param model the model
 * @param compute what may update them
 * @returns what it returns, and the variables
 */
export function notingStatistics<T>(
  model: tf.LayersModel,
  compute: () => T,
): { value: T; statistics: tf.Variable[] } {
  const all = model.nonTrainableWeights.map((weight) => weight.read() as tf.Variable);
  const variables = [...new Set(all)].filter(({ dtype }) => dtype === "float32");
  const before = variables.map(({ dataId }) => dataId);
  const value = compute();
  return { value, statistics: variables.filter(({ dataId }, i) => dataId !== before[i]) };
}
