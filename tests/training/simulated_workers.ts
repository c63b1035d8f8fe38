/**
 * Workers without processes: each one's part of a computation runs after the other, again and again,
 * until all know what the others hand over. The n-th sum is known after n runs.
 */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { type SharedStep, type StepGroup, withSharedStep } from "../../src/workers.ts";

/** What workers did. */
export interface Simulated<T> {
  /** What each returned. */
  results: T[];
  /** How often each summed. */
  sums: number;
}

/**
 * Runs a computation as several workers do.
 *
 * @param size how many
 * @param body what each computes, anew each time: it returns no tensors, and leaves none
 * @returns what each computed once all knew everything
 */
export function simulateWorkers<T>(size: number, body: (group: StepGroup) => T): Simulated<T> {
  /** What each worker gave to each sum so far. */
  let given: tf.Tensor[][][] = Array.from({ length: size }, () => []);
  try {
    for (let known = 0;; known++) {
      const runs = Array.from({ length: size }, (_, rank) => runOne(rank, size, given, body));
      tf.dispose(given.flat(2));
      given = runs.map(({ given }) => given);
      const counts = given.map(({ length }) => length);
      assert.deepEqual(counts, counts.map(() => counts[0]), "workers sum equally often");
      if (counts[0] === known) return { results: runs.map(({ result }) => result), sums: known };
    }
  } finally {
    tf.dispose(given.flat(2));
  }
}

function runOne<T>(
  rank: number,
  size: number,
  before: readonly tf.Tensor[][][],
  body: (group: StepGroup) => T,
): { given: tf.Tensor[][]; result: T } {
  const given: tf.Tensor[][] = [];
  const sum = (tensors: readonly tf.Tensor[]): tf.Tensor[] => {
    const call = given.length;
    given.push(tensors.map((tensor) => tf.keep(tf.clone(tensor))));
    // A worker that has not come as far counts as one that gives the same.
    const of = (worker: number, i: number) =>
      worker === rank ? tensors[i]! : before[worker]![call]?.[i] ?? tensors[i]!;
    return tensors.map((_, i) =>
      tf.addN(Array.from({ length: size }, (_, worker) => of(worker, i)))
    );
  };
  return { result: tf.tidy(() => body({ rank, size, sum }) as tf.TensorContainer) as T, given };
}

/**
 * Runs a step of a worker whose images are one batch with the others'.
 *
 * @param group the workers
 * @param step the step
 * @param how what is not so: batch norm is synchronized, and each has equally many images
 * @returns what it returns
 */
export function inSharedStep<T>(
  group: StepGroup,
  step: () => T,
  how: Partial<SharedStep> = {},
): T {
  const share = tf.scalar(1 / group.size);
  const usual = { group, share, synchronizedBatchNorm: true };
  return withSharedStep({ ...usual, ...how }, step);
}
