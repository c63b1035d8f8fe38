/** Golden values on a backend whose values are read asynchronously; runs in a browser as well. */
import * as tf from "../../src/tf.ts";

/** What PyTorch computed, and what computes the same here. */
export interface GoldenCase {
  name: string;
  /** Runs inside of a tidy: outputs, then gradients. */
  compute(): tf.Tensor[];
  /** PyTorch's values, flat: one list for each tensor. */
  expected: ArrayLike<number>[];
}

/**
 * Says what is wrong with a case on the current backend.
 *
 * @param golden the case
 * @param tolerance the largest error that passes, in units of the largest expected value, or of 1
 * @returns what is wrong; nothing if all is right
 */
export async function findFailures(golden: GoldenCase, tolerance: number): Promise<string[]> {
  const before = tf.memory().numTensors;
  let tensors: tf.Tensor[];
  try {
    tensors = tf.tidy(golden.compute);
  } catch (error) {
    return [`${golden.name}: ${error}`];
  }
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  const found = golden.expected.flatMap((expected, i) => {
    const problem = compare(values[i] ?? [], expected, tolerance);
    return problem === undefined ? [] : [`${golden.name}, value ${i}: ${problem}`];
  });
  const left = tf.memory().numTensors - before;
  return left === 0 ? found : [...found, `${golden.name}: ${left} tensors left behind`];
}

function compare(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} values, not ${expected.length}`;
  const largest = Array.from(expected, Math.abs).reduce((a, b) => Math.max(a, b), 1);
  for (let i = 0; i < expected.length; i++) {
    const isClose = Math.abs(actual[i]! - expected[i]!) <= tolerance * largest;
    if (!isClose) return `${actual[i]} at ${i}, not ${expected[i]}`; // not a number isn't close
  }
  return undefined;
}
