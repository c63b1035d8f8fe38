/**
 * What a step knows of the workers that take the same step, each on its part of the batch. Layers,
 * losses and random numbers find it here, as they find the step's seed in `random.ts`: a model stays
 * the same, however many workers train it.
 *
 * @module
 */
import type * as tf from "./tf.ts";

/** What workers do together inside of a step. */
export interface StepGroup {
  /** This worker's place, from 0. */
  readonly rank: number;
  /** How many workers there are. */
  readonly size: number;
  /**
   * Sums tensors over all workers; the same on each of them. Every worker calls it as often, in the
   * same order, with the same shapes. It has no gradient.
   */
  sum(tensors: readonly tf.Tensor[]): tf.Tensor[];
}

/** How the workers' steps make one. */
export interface SharedStep {
  /** The workers. */
  readonly group: StepGroup;
  /**
   * This worker's share of the images, `[]`, where what the workers have at a time is one batch, worker
   * 0's images first. Nothing where each has batches of its own: where one worker would cut the batch
   * into microbatches, too.
   */
  readonly share: tf.Tensor | undefined;
  /** Whether batch normalization takes its statistics over what all workers have at a time. */
  readonly synchronizedBatchNorm: boolean;
}

let current: SharedStep | undefined;

/**
 * Runs a step, or a part of it, as one that workers take together.
 *
 * @param shared how they do
 * @param step the step
 * @returns what it returns
 */
export function withSharedStep<T>(shared: SharedStep | undefined, step: () => T): T {
  const outer = current;
  current = shared !== undefined && shared.group.size > 1 ? shared : undefined;
  try {
    return step();
  } finally {
    current = outer;
  }
}

/** The workers over which batch normalization takes its statistics; nothing where it is alone. */
export function batchNormGroup(): StepGroup | undefined {
  return current?.synchronizedBatchNorm ? current.group : undefined;
}

/** The step whose images are one batch with other workers'; nothing where these are a whole one. */
export function sharedBatch(): { group: StepGroup; share: tf.Tensor } | undefined {
  if (current?.share === undefined) return undefined;
  const { group, share } = current;
  return { group, share };
}
