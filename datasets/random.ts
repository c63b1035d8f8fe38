/**
 * Random numbers that depend on their purpose alone: never on order, time or the number of workers.
 *
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

export type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** MurmurHash3's finalizer: each bit of the word reaches all of the result. */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Makes a generator for one purpose, named by integers such as `(seed, epoch, index)`: equal names
 * give equal streams, different ones unrelated streams.
 *
 * @param names the integers
 * @returns the generator
 * @throws {RangeError} if a name is not a safe integer
 */
export function generatorFor(...names: readonly number[]): RandomGenerator {
  const state = [0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834];
  for (const name of names) {
    if (!Number.isSafeInteger(name)) {
      throw new RangeError(
        `Cannot make a generator as seed, epoch and index must be integers: current value is ${name}`,
      );
    }
    const high = Math.floor(name / 0x100000000) | 0;
    for (let i = 0; i < 4; i++) {
      state[i] = mix(mix(((state[i] as number) ^ high) + i) ^ (name | 0));
    }
  }
  // The only forbidden state is all zeros.
  if (!state.some((word) => word !== 0)) state[0] = 1;
  return xoroshiro128plusFromState(state);
}

/**
 * Draws a number uniformly from `[low, high)`.
 *
 * @param generator draws it
 * @param low the lower end
 * @param high the upper end
 * @returns the number
 */
export function uniform(generator: RandomGenerator, low: number, high: number): number {
  return low + (high - low) * uniformFloat64(generator);
}

/**
 * Draws an integer uniformly.
 *
 * @param generator draws it
 * @param low the smallest
 * @param high the largest
 * @returns an integer from `low` to `high`, both included
 */
export function integer(generator: RandomGenerator, low: number, high: number): number {
  return uniformInt(generator, low, high);
}

/**
 * Tosses a coin.
 *
 * @param generator tosses it
 * @returns true half of the time
 */
export function coin(generator: RandomGenerator): boolean {
  return uniformInt(generator, 0, 1) === 1;
}

/**
 * Shuffles the integers from 0 to `count − 1` (Fisher–Yates).
 *
 * @param generator draws the order
 * @param count how many integers
 * @returns the integers in random order
 */
export function permutation(generator: RandomGenerator, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    const taken = order[i] as number;
    order[i] = order[j] as number;
    order[j] = taken;
  }
  return order;
}
