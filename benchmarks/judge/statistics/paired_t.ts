/**
 * Intervals over seeds, by Student's t distribution.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { tCdf, tQuantile } from "./distributions.ts";
import { mean, standardDeviation } from "./summary.ts";

/** An interval and how often such intervals hold the true value. */
export interface Interval {
  low: number;
  high: number;
  /** Such as 0.95. */
  level: number;
}

/** The differences of paired values. */
export interface PairedDifference {
  /** How many pairs. */
  n: number;
  mean: number;
  /** Over n − 1; NaN for one pair. */
  sd: number;
  /** Of the mean; none for a single pair. */
  interval?: Interval;
  /** Two-sided, against a mean of 0; none for a single pair. */
  pValue?: number;
}

/** Options of {@linkcode meanInterval} and {@linkcode pairedT}. */
export interface IntervalOptions {
  /** How often the interval should hold the true value (default: 0.95). */
  level?: number;
}

/**
 * The t interval of a mean, `m ± t·s/√n`.
 *
 * @param values a sample
 * @returns undefined for fewer than two values: one value has no spread to judge by
 * @throws {RangeError} if `level` is not between 0 and 1, or a value is not finite
 */
export function meanInterval(
  values: readonly number[],
  { level = 0.95 }: IntervalOptions = {},
): Interval | undefined {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot compute meanInterval as level must be between 0 and 1: current value is ${level}`,
    );
  }
  assertFinite("meanInterval", "values", values);
  const n = values.length;
  if (n < 2) return undefined;
  const half = tQuantile((1 + level) / 2, n - 1) * standardDeviation(values) / Math.sqrt(n);
  const centre = mean(values);
  return { low: centre - half, high: centre + half, level };
}

/**
 * The mean of paired differences `a − b`, its t interval and the p-value of the paired t test.
 *
 * @param a one value a seed
 * @param b the other arm's values, in the same order of seeds
 * @throws {RangeError} if the lengths differ or are 0, or a value is not finite
 */
export function pairedT(
  a: readonly number[],
  b: readonly number[],
  options: IntervalOptions = {},
): PairedDifference {
  if (a.length !== b.length) {
    throw new RangeError(
      `Cannot compute pairedT as both samples must have the same length: current lengths are ` +
        `${a.length} and ${b.length}`,
    );
  }
  assertFinite("pairedT", "a", a);
  assertFinite("pairedT", "b", b);
  const differences = a.map((value, i) => value - (b[i] as number));
  const n = differences.length;
  const centre = mean(differences);
  const sd = standardDeviation(differences);
  const interval = meanInterval(differences, options);
  if (interval === undefined) return { n, mean: centre, sd };
  return { n, mean: centre, sd, interval, pValue: pValueOf(centre, sd, n) };
}

function pValueOf(centre: number, sd: number, n: number): number {
  if (centre === 0) return 1;
  return 2 * tCdf(-Math.abs(centre) / (sd / Math.sqrt(n)), n - 1);
}
