/**
 * How many seeds it takes to see a difference.
 *
 * @module
 */
import { check } from "../../../src/check.ts";
import { noncentralTail, tQuantile } from "./distributions.ts";

/** Options of {@linkcode pairedPower} and {@linkcode pairsNeeded}. */
export interface PowerOptions {
  /** The true mean of the paired differences, not 0. */
  difference: number;
  /** The standard deviation of the paired differences, ≥ 0. */
  sd: number;
  /** The error rate of the two-sided test (default: 0.05). */
  alpha?: number;
}

/** More pairs than anyone will run; past it the answer is "infinitely many". */
const mostPairs = 10_000;

/**
 * How often a two-sided paired t test over `pairs` pairs finds a difference: the mass of the
 * noncentral t distribution of shift `difference·√pairs/sd` beyond the critical value. The other
 * tail, where a test would find the opposite, is left out.
 *
 * @param pairs a whole number ≥ 2
 * @throws {RangeError} if `pairs`, `difference`, `sd` or `alpha` is out of its range
 */
export function pairedPower(
  pairs: number,
  { difference, sd, alpha = 0.05 }: PowerOptions,
): number {
  assertPower(pairs, difference, sd, alpha);
  if (sd === 0) return 1;
  const degrees = pairs - 1;
  const critical = tQuantile(1 - alpha / 2, degrees);
  const shift = Math.abs(difference) * Math.sqrt(pairs) / sd;
  return noncentralTail(critical, degrees, shift);
}

/**
 * The fewest pairs with which a two-sided paired t test finds a difference as often as `power`.
 *
 * @returns a whole number ≥ 2; Infinity where 10,000 pairs do not suffice
 * @throws {RangeError} if `difference`, `sd`, `alpha` or `power` is out of its range
 */
export function pairsNeeded(options: PowerOptions & { power?: number }): number {
  const { power = 0.8 } = options;
  const isShare = power > 0 && power < 1;
  check(isShare, RangeError, "compute pairsNeeded as power must be between 0 and 1", power);
  const enough = (pairs: number) => pairedPower(pairs, options) >= power;
  let low = 1, high = 2;
  while (!enough(high)) {
    if (high >= mostPairs) return Infinity;
    [low, high] = [high, Math.min(high * 2, mostPairs)];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function assertPower(pairs: number, difference: number, sd: number, alpha: number): void {
  const require = (holds: boolean, requirement: string, value: number) =>
    check(holds, RangeError, `compute pairedPower as ${requirement}`, value);
  require(Number.isInteger(pairs) && pairs >= 2, "pairs must be a whole number >= 2", pairs);
  const isFinite = Number.isFinite(difference) && difference !== 0;
  require(isFinite, "difference must be finite and not 0", difference);
  require(sd >= 0 && sd < Infinity, "sd must be >= 0 and finite", sd);
  require(alpha > 0 && alpha < 1, "alpha must be between 0 and 1", alpha);
}
