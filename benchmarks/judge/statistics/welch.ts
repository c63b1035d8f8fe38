/**
 * The difference of two samples that do not pair, such as runs with different seeds.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import type { Interval } from "../../record/mod.ts";
import { type Estimate, tInterval, tTest } from "./paired_t.ts";
import { mean, standardDeviation } from "./summary.ts";

/**
 * A difference of two means, `mean(a) − mean(b)`: its standard error is `√(sₐ²/nₐ + s_b²/n_b)`, its
 * degrees of freedom are Welch and Satterthwaite's, not whole.
 */
export interface UnpairedDifference extends Estimate {
  /** Of the difference. */
  interval: Interval;
  /** Two-sided, against a difference of 0. */
  pValue: number;
}

/**
 * Welch's t interval of a difference of means: the samples may differ in spread and size
 * (Welch 1947).
 *
 * @returns undefined where either has fewer than two values: one value has no spread to judge by
 * @throws {RangeError} if a value is not finite
 */
export function welch(
  a: readonly number[],
  b: readonly number[],
): UnpairedDifference | undefined {
  assertFinite("welch", "a", a);
  assertFinite("welch", "b", b);
  if (a.length < 2 || b.length < 2) return undefined;
  const [va, vb] = [standardDeviation(a) ** 2 / a.length, standardDeviation(b) ** 2 / b.length];
  // Two constant samples have no spread: any degrees give the interval of width 0.
  const degrees = va + vb === 0
    ? a.length + b.length - 2
    : (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const estimate = { centre: mean(a) - mean(b), error: Math.sqrt(va + vb), degrees };
  return { ...estimate, interval: tInterval(estimate), pValue: tTest(estimate) };
}
