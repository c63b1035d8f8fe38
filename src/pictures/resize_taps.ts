/**
 * Which pixels a resize reads for each pixel that it writes, along one axis, and their weights:
 * Pillow's filters.
 *
 * @module
 */

/** Taps of every output along one axis, in the format of resize_filter.as. */
export interface Taps {
  /** A record an output: the first input's index, how many pairs of taps, and their weights. */
  records: Int32Array;
  /** 32-bit words a record. */
  recordWords: number;
  /** The first input that is read. */
  start: number;
  /** The first input after it that is not. */
  end: number;
}

/** Fixed-point digits: 32 bits less 8 for the value and 2 for the sum's sign and overshoot. */
const precisionBits = 22;

/** A filter: its weight at a distance in pixels, which is 0 from `support` on. */
interface Kernel {
  readonly support: number;
  weightAt(distance: number): number;
}

/** The filters by Pillow's names. */
const kernels = {
  /** The triangle `max(0, 1 − |x|)`. */
  bilinear: { support: 1, weightAt: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  /** Keys' cubic with a = −0.5. */
  bicubic: { support: 2, weightAt: (distance) => cubic(Math.abs(distance)) },
} as const satisfies Record<string, Kernel>;

/** The name of a filter. */
export type Filter = keyof typeof kernels;

/** The names of all filters. */
export const filters = Object.keys(kernels) as readonly Filter[];

/** `1.5x³ − 2.5x² + 1` up to 1, `−0.5x³ + 2.5x² − 4x + 2` up to 2, in Pillow's order of operations. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/**
 * A filter, stretched by `from / to` when shrinking so that it covers every input pixel
 * (antialiasing), normalized over the taps inside the picture, in 22-bit fixed point.
 *
 * Source: `precompute_coeffs` of Pillow's `Resample.c`.
 *
 * @param filter which one
 * @param from pixels along the axis
 * @param to pixels after resizing
 * @param first the first output
 * @param count how many outputs
 * @returns their taps
 */
export function filterTaps(
  filter: Filter,
  from: number,
  to: number,
  first: number,
  count: number,
): Taps {
  const kernel = kernels[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const recordWords = 2 + 2 * Math.ceil((Math.ceil(support) * 2 + 1) / 2);
  const records = new Int32Array(count * recordWords);
  const weights = new Int32Array(recordWords);
  let [start, end] = [from, 0];
  for (let i = 0; i < count; i++) {
    const center = (first + i + 0.5) * scale;
    const begin = Math.max(Math.trunc(center - support + 0.5), 0);
    const taken = Math.min(Math.trunc(center + support + 0.5), from) - begin;
    fillWeights(weights, kernel, taken, begin - center + 0.5, stretch);
    writeRecord(records, i * recordWords, begin, weights, taken);
    start = Math.min(start, begin);
    end = Math.max(end, begin + taken);
  }
  return { records, recordWords, start, end };
}

const raw = new Float64Array(1024);

/**
 * Pillow multiplies by inverses instead of dividing; a difference in the last bit can change a
 * byte.
 */
function fillWeights(
  weights: Int32Array,
  kernel: Kernel,
  taken: number,
  offset: number,
  stretch: number,
): void {
  const shares = taken <= raw.length ? raw : new Float64Array(taken);
  let sum = 0;
  for (let k = 0; k < taken; k++) {
    const weight = kernel.weightAt((offset + k) * (1 / stretch));
    shares[k] = weight;
    sum += weight;
  }
  for (let k = 0; k < taken; k++) {
    const share = (shares[k] as number) * (1 / sum);
    weights[k] = Math.trunc(share * (1 << precisionBits) + (share < 0 ? -0.5 : 0.5));
  }
  weights[taken] = 0; // the second of a pair that holds one tap
}

/**
 * Splits each weight into `high · 2¹⁵ + low`, low from 0 on and high with the weight's sign, and
 * puts pairs of them side by side.
 */
function writeRecord(
  records: Int32Array,
  at: number,
  begin: number,
  weights: Int32Array,
  taken: number,
): void {
  const pairs = Math.ceil(taken / 2);
  records[at] = begin;
  records[at + 1] = pairs;
  for (let pair = 0, to = at + 2; pair < pairs; pair++, to += 2) {
    const [a, b] = [weights[2 * pair] as number, weights[2 * pair + 1] as number];
    records[to] = (a & 0x7fff) | ((b & 0x7fff) << 16);
    records[to + 1] = ((a >> 15) & 0xffff) | ((b >> 15) << 16);
  }
}
