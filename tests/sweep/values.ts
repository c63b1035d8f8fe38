/** Arrays of float64: what the references compute with, independent of TensorFlow.js. */

/** Numbers and their shape. */
export interface Values {
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** The numbers, the last axis running fastest. */
  readonly data: Float64Array;
}

/** How many numbers a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** An array of what a function has at each place. */
export function fill(shape: readonly number[], at: (place: number) => number): Values {
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, place) => at(place)) };
}

/**
 * Different numbers between `low` and `high` in an order without a pattern, evenly spaced, so that
 * no two are tied and a small step changes no order. All are float32.
 *
 * @param shape of the array
 * @param low below all numbers
 * @param high above all numbers
 * @param seed another seed, another order, and other numbers
 */
export function spread(shape: readonly number[], low = -1, high = 1, seed = 0): Values {
  const size = sizeOf(shape), random = randomOf(seed + 17 * size);
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const shift = 0.25 + 0.11 * (seed % 5); // keeps the numbers of two seeds apart
  return fill(shape, (i) => Math.fround(low + (high - low) * (order[i]! + shift) / size));
}

/** A small generator (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every index of an array, the last axis running fastest. */
export function indicesOf(shape: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, place) => indexOf(shape, place));
}

/** The index of a place. */
export function indexOf(shape: readonly number[], place: number): number[] {
  const index: number[] = [];
  for (const length of [...shape].reverse()) {
    index.unshift(place % length);
    place = Math.floor(place / length);
  }
  return index;
}

/** The place of an index; an axis of length 1 stands for every index. */
export function placeOf(shape: readonly number[], index: readonly number[]): number {
  const ignored = index.length - shape.length;
  return shape.reduce(
    (place, length, axis) => place * length + (length === 1 ? 0 : index[axis + ignored]!),
    0,
  );
}
