/**
 * The difference of two samples that do not pair, such as runs with different seeds.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { tCdf, tQuantile } from "./distributions.ts";
import type { Interval, IntervalOptions } from "./paired_t.ts";
import { mean, standardDeviation } from "./summary.ts";

/** The difference of two means. */
export interface UnpairedDifference {
  /** How many values the first and the second sample have. */
  n: [number, number];
  /** Of the means, `mean(a) − mean(b)`. */
  mean: number;
  /** Its standard error, `√(sₐ²/nₐ + s_b²/n_b)`. */
  error: number;
  /** Welch and Satterthwaite's degrees of freedom, not whole. */
  degrees: number;
  /** Of the difference. */
  interval: Interval;
  /** Two-sided, against a difference of 0. */
  pValue: number;
}

/**
 * Welch's t interval of a difference of means: the samples may differ in spread and size
 * (Welch 1947).
 *
 * @param a a sample
 * @param b another
 * @returns undefined where either has fewer than two values: one value has no spread to judge by
 * @throws {RangeError} if `level` is not between 0 and 1, or a value is not finite
 */
export function welch(
  a: readonly number[],
  b: readonly number[],
  { level = 0.95 }: IntervalOptions = {},
): UnpairedDifference | undefined {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot compute welch as level must be between 0 and 1: current value is ${level}`,
    );
  }
  assertFinite("welch", "a", a);
  assertFinite("welch", "b", b);
  if (a.length < 2 || b.length < 2) return undefined;
  const [va, vb] = [a, b].map((sample) => standardDeviation(sample) ** 2 / sample.length);
  const variance = va! + vb!;
  const error = Math.sqrt(variance);
  const difference = mean(a) - mean(b);
  // Two constant samples have no spread: any degrees give the interval of width 0.
  const degrees = variance === 0
    ? a.length + b.length - 2
    : variance ** 2 / (va! ** 2 / (a.length - 1) + vb! ** 2 / (b.length - 1));
  const half = tQuantile((1 + level) / 2, degrees) * error;
  return {
    n: [a.length, b.length],
    mean: difference,
    error,
    degrees,
    interval: { low: difference - half, high: difference + half, level },
    pValue: difference === 0 ? 1 : 2 * tCdf(-Math.abs(difference) / error, degrees),
  };
}
