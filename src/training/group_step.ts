import * as tf from "../tf.ts";
import { withSharedStep } from "../workers.ts";
import { countTogether, notingStatistics, sumTogether } from "./workers/group_gradients.ts";
import type { WorkerGroup } from "./workers/worker_group.ts";

/** A step's objective, and what it is computed of. */
export interface GroupObjective {
  /** The model. */
  model: tf.LayersModel;
  /** The loss of this worker's images, a mean over them, and regularization losses. */
  objective: () => tf.Scalar;
  /** The weights. */
  variables: readonly tf.Variable[];
  /** How many images this worker has. */
  images: number;
  /** Whether what the workers have is one batch, or each has a microbatch of its own. */
  isOneBatch: boolean;
  /** Whether batch normalization takes its statistics over all workers. */
  synchronizedBatchNorm: boolean;
  /** Whether this worker is to stop: 1 or 0, `[]`. */
  stop: tf.Tensor;
}

/** What all workers have computed together; the same on each. */
export interface GroupGradients {
  /** By weight; nothing where it has none. */
  gradients: (tf.Tensor | undefined)[];
  /** The loss of all images, and how many workers are to stop: `[2]`. */
  lossAndStops: tf.Tensor1D;
}

/**
 * The gradient of a loss over the images of all workers: of `Σ nᵣ·lossᵣ / Σ nᵣ` with `nᵣ` images at
 * worker `r`. Each worker's share `nᵣ / Σ nᵣ` goes into its gradient at the beginning, so that what is
 * summed needs no division.
 *
 * @param group the workers
 * @param of objective and images
 * @returns gradients and loss
 */
export function groupGradients(group: WorkerGroup, of: GroupObjective): GroupGradients {
  const images = tf.scalar(of.images);
  const counts = countTogether(group, images, of.stop);
  const share = tf.div(images, counts.images);
  const { isOneBatch, synchronizedBatchNorm } = of;
  const shared = { group, share: isOneBatch ? share : undefined, synchronizedBatchNorm };
  const trained = of.variables.filter(({ trainable }) => trainable);
  const { value: { value, grads }, statistics } = notingStatistics(
    of.model,
    () => withSharedStep(shared, () => tf.engine().gradients(of.objective, trained, share, true)),
  );
  const byVariable = new Map(trained.map((variable, i) => [variable, grads[i] ?? undefined]));
  const { gradients, loss } = sumTogether(group, {
    gradients: of.variables.map((variable) => byVariable.get(variable)),
    loss: tf.mul(value, share),
    statistics,
    share,
  });
  return { gradients, lossAndStops: tf.stack([loss, counts.stops]) as tf.Tensor1D };
}
