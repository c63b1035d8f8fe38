/**
 * Whether two arms are the same for practical purposes. A difference test that fails shows nothing
 * of the kind; two one-sided tests against a margin do (Schuirmann 1987).
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { tCdf } from "./distributions.ts";
import { type Interval, meanInterval } from "./paired_t.ts";
import { mean, standardDeviation } from "./summary.ts";

/** The outcome of two one-sided tests. */
export interface Equivalence {
  /** The larger of the two one-sided p-values. */
  pValue: number;
  /** Whether `pValue < alpha`; that is, whether `interval` lies within ± margin. */
  equivalent: boolean;
  /** The interval of level 1 − 2·alpha, of the mean difference. */
  interval: Interval;
}

/** Options of {@linkcode equivalence}. */
export interface EquivalenceOptions {
  /** The margin: differences up to here do not matter, > 0, in the unit of the values. */
  margin: number;
  /** The error rate of each one-sided test (default: 0.05). */
  alpha?: number;
}

/**
 * Two one-sided t tests of the mean of paired differences against `-margin` and `+margin`.
 *
 * @param differences one a seed
 * @returns undefined for fewer than two differences
 * @throws {RangeError} if the margin is not above 0 and finite, or a difference is not finite
 */
export function equivalence(
  differences: readonly number[],
  { margin, alpha = 0.05 }: EquivalenceOptions,
): Equivalence | undefined {
  if (!(margin > 0 && margin < Infinity)) {
    throw new RangeError(
      `Cannot test equivalence as margin must be > 0 and finite: current value is ${margin}`,
    );
  }
  assertFinite("equivalence", "differences", differences);
  const interval = meanInterval(differences, { level: 1 - 2 * alpha });
  if (interval === undefined) return undefined;
  const n = differences.length;
  const centre = mean(differences);
  const error = standardDeviation(differences) / Math.sqrt(n);
  const slack = margin - Math.abs(centre);
  const pValue = slack === 0 ? 0.5 : tCdf(-slack / error, n - 1);
  return { pValue, equivalent: pValue < alpha, interval };
}
