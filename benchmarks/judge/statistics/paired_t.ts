/**
 * Intervals over seeds, by Student's t distribution.
 *
 * @module
 */
import { check } from "../../../src/check.ts";
import type { Interval } from "../../record/mod.ts";
import { assertFinite } from "./assert_finite.ts";
import { tCdf, tQuantile } from "./distributions.ts";
import { mean, standardDeviation } from "./summary.ts";

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

/** An estimate that is t-distributed: what is judged by an interval or a test. */
export interface Estimate {
  /** Such as a mean, or a difference of means. */
  centre: number;
  /** Its standard error. */
  error: number;
  /** Degrees of freedom, ≥ 1, whole or not. */
  degrees: number;
}

/**
 * The interval of an estimate, `centre ± t·error`.
 *
 * @param level how often such intervals should hold the true value
 * @throws {RangeError} if a number is not finite, or out of its range
 */
export function tInterval({ centre, error, degrees }: Estimate, level = 0.95): Interval {
  const isShare = level > 0 && level < 1;
  check(isShare, RangeError, "compute tInterval as level must be between 0 and 1", level);
  assertFinite("tInterval", "centre and error", [centre, error]);
  const half = tQuantile((1 + level) / 2, degrees) * error;
  return { low: centre - half, high: centre + half, level };
}

/**
 * The two-sided p-value of an estimate against 0.
 *
 * @param estimate the estimate; its error may be 0
 * @throws {RangeError} if a number is not finite, or out of its range
 */
export function tTest({ centre, error, degrees }: Estimate): number {
  assertFinite("tTest", "centre, error and degrees", [centre, error, degrees]);
  if (centre === 0) return 1;
  return Math.min(1, 2 * tCdf(-Math.abs(centre) / error, degrees)); // near 0 jstat is above 0.5
}

/**
 * The mean of a sample, its error `s/√n`.
 *
 * @param values at least one; of a single value the error is NaN
 * @throws {RangeError} if there is none, or one is not finite
 */
export function meanEstimate(values: readonly number[]): Estimate {
  assertFinite("meanEstimate", "values", values);
  const n = values.length;
  return { centre: mean(values), error: standardDeviation(values) / Math.sqrt(n), degrees: n - 1 };
}

/**
 * The t interval of a mean, `m ± t·s/√n`.
 *
 * @returns undefined for fewer than two values: one value has no spread to judge by
 * @throws {RangeError} if a value is not finite
 */
export function meanInterval(values: readonly number[]): Interval | undefined {
  return values.length === 0 ? undefined : meanT(values).interval;
}

/**
 * The mean of differences that pair, its t interval and the p-value of the t test against 0.
 *
 * @param differences one value a seed
 * @throws {RangeError} if there is none, or one is not finite
 */
export function meanT(differences: readonly number[]): PairedDifference {
  const estimate = meanEstimate(differences);
  const found = {
    n: differences.length,
    mean: estimate.centre,
    sd: standardDeviation(differences),
  };
  if (found.n < 2) return found;
  return { ...found, interval: tInterval(estimate), pValue: tTest(estimate) };
}
