/**
 * Whether two arms are the same for practical purposes. A difference test that fails shows nothing
 * of the kind; two one-sided tests against a margin do (Schuirmann 1987).
 *
 * @module
 */
import { check } from "../../../src/check.ts";
import { tCdf } from "./distributions.ts";
import { type Interval, meanEstimate, tInterval } from "./paired_t.ts";

/** The error rate of each one-sided test. */
const alpha = 0.05;

/** The outcome of two one-sided tests. */
export interface Equivalence {
  /** The larger of the two one-sided p-values. */
  pValue: number;
  /** Whether `pValue < 0.05`; that is, whether `interval` lies within ± margin. */
  equivalent: boolean;
  /** The 90 % interval of the mean difference. */
  interval: Interval;
}

/**
 * Two one-sided t tests of the mean of paired differences against `-margin` and `+margin`.
 *
 * @param differences one a seed, at least one
 * @param margin differences up to here do not matter, > 0, in the unit of the values
 * @returns undefined for a single difference
 * @throws {RangeError} if the margin is not above 0 and finite, there is no difference, or one is not
 * finite
 */
export function equivalence(
  differences: readonly number[],
  margin: number,
): Equivalence | undefined {
  const isMargin = margin > 0 && margin < Infinity;
  check(isMargin, RangeError, "test equivalence as margin must be > 0 and finite", margin);
  const estimate = meanEstimate(differences);
  if (differences.length < 2) return undefined;
  const slack = margin - Math.abs(estimate.centre);
  const pValue = slack === 0 ? 0.5 : tCdf(-slack / estimate.error, estimate.degrees);
  return { pValue, equivalent: pValue < alpha, interval: tInterval(estimate, 1 - 2 * alpha) };
}
