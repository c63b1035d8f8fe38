import * as tf from "../../tf.ts";
import { sumInBuckets } from "./buckets.ts";
import { withSharedStep } from "../../workers.ts";
import { withGroup } from "./current_group.ts";
import type { WorkerGroup } from "./worker_group.ts";

/** A step's objective, and who computes it. */
export interface GroupObjective {
  /** The workers. */
  group: WorkerGroup;
  /** The kind of step, from `newScope`. */
  scope: number;
  /** The model. */
  model: tf.LayersModel;
  /** The loss of this worker's images, a mean over them, and regularization losses. */
  objective: () => tf.Scalar;
  /** The weights. */
  variables: readonly tf.Variable[];
  /** How many images this worker has. */
  images: number;
  /** Whether what the workers have is one batch, or each has batches of its own. */
  isOneBatch: boolean;
  /** Whether batch normalization takes its statistics over all workers. */
  synchronizedBatchNorm: boolean;
  /** Whether this worker is to stop: 1 or 0, `[]`. */
  stop: tf.Tensor | undefined;
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
 * worker `r`. Each worker's share `nᵣ / Σ nᵣ` goes into the gradient at its beginning, so that what is
 * summed needs no division; the numbers of images come together during the forward pass.
 *
 * Moving statistics that the step has updated become the mean of the workers', weighted likewise, so
 * that models stay the same on all of them.
 *
 * @param of objective and group
 * @returns the gradients
 */
export function inGroup(of: GroupObjective): GroupGradients {
  const { group, scope, model, objective, images, stop = tf.scalar(0) } = of;
  return withGroup(group, scope, () => {
    const [totals] = group.sum([tf.stack([tf.scalar(images), stop])]);
    const [all, stops] = tf.unstack(totals!) as [tf.Scalar, tf.Scalar];
    const share = tf.div(tf.scalar(images), all);
    const trained = of.variables.filter(({ trainable }) => trainable);
    const before = statisticsOf(model).map((variable) => variable.dataId);
    const { isOneBatch, synchronizedBatchNorm } = of;
    const { value, grads } = withSharedStep(
      { group, share, isOneBatch, synchronizedBatchNorm },
      () => tf.engine().gradients(objective, trained, share, true),
    );
    const moved = statisticsOf(model).filter(({ dataId }, i) => dataId !== before[i]);
    // Gradients are there from the last layer to the first.
    const backwards = trained.map((_, i) => grads[i] ?? undefined).reverse();
    const rest = [tf.mul(value, share), ...moved.map((variable) => tf.mul(variable, share))];
    const sums = sumInBuckets(group, [...backwards, ...rest]);
    const [loss, ...means] = sums.slice(backwards.length) as tf.Tensor[];
    moved.forEach((variable, i) => variable.assign(means[i]!));
    const byVariable = new Map(
      trained.map((variable, i) => [variable, sums[trained.length - 1 - i]]),
    );
    return {
      gradients: of.variables.map((variable) => byVariable.get(variable)),
      lossAndStops: tf.stack([loss!, stops]) as tf.Tensor1D,
    };
  });
}

/** Weights that no gradient trains, each once: moving statistics, and frozen ones. */
function statisticsOf(model: tf.LayersModel): tf.Variable[] {
  const variables = model.nonTrainableWeights.map((weight) => weight.read() as tf.Variable);
  return [...new Set(variables)].filter(({ dtype }) => dtype === "float32");
}
