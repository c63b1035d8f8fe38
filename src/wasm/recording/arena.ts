/**
 * Where values lie in one block of memory, so that those that are needed at the same time do not
 * overlap.
 *
 * @module
 */

/** Something that needs memory from one moment to another. */
export interface Interval {
  readonly bytes: number;
  /** The moment at which it comes into being. */
  readonly first: number;
  /** The last moment at which it is needed. */
  readonly last: number;
}

/** Where intervals lie. */
export interface Placement {
  /** The offset of each, in bytes. */
  readonly offsets: number[];
  /** The size of the block. */
  readonly bytes: number;
}

/** Offsets are multiples of this: a line of the processor's cache. */
export const ALIGNMENT = 64;

/**
 * Places intervals by size, the largest first, each at the lowest offset where it overlaps none
 * that is needed at the same time.
 *
 * @param intervals what needs memory
 * @returns where each lies
 * @see Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020
 */
export function place(intervals: readonly Interval[]): Placement {
  const offsets = new Array<number>(intervals.length).fill(0);
  const order = [...intervals.keys()].sort((a, b) => {
    const one = intervals[a]!, other = intervals[b]!;
    return other.bytes - one.bytes || one.first - other.first;
  });
  const placed: { interval: Interval; from: number; to: number }[] = []; // by `from`
  let bytes = 0;
  for (const index of order) {
    const interval = intervals[index]!;
    if (interval.bytes === 0) continue;
    const size = aligned(interval.bytes);
    let from = 0;
    for (const other of placed) {
      if (other.from >= from + size) break;
      const meets = other.interval.first <= interval.last && interval.first <= other.interval.last;
      if (meets && other.to > from) from = other.to;
    }
    insert(placed, { interval, from, to: from + size });
    offsets[index] = from;
    bytes = Math.max(bytes, from + size);
  }
  return { offsets, bytes };
}

/**
 * The most bytes that are needed at one moment: no block is smaller.
 *
 * @param intervals what needs memory
 * @returns their sum at the worst moment
 */
export function leastBytes(intervals: readonly Interval[]): number {
  const changes = new Map<number, number>();
  const add = (at: number, bytes: number) => changes.set(at, (changes.get(at) ?? 0) + bytes);
  for (const { bytes, first, last } of intervals) {
    add(first, aligned(bytes));
    add(last + 1, -aligned(bytes));
  }
  let now = 0, most = 0;
  for (const at of [...changes.keys()].sort((a, b) => a - b)) {
    now += changes.get(at)!;
    most = Math.max(most, now);
  }
  return most;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function insert<T extends { from: number }>(sorted: T[], item: T): void {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.from < item.from) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, item);
}
