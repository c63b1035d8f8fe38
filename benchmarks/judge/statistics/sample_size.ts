/**
 * How many seeds it takes to see a difference.
 *
 * @module
 */
import { normalCdf, tQuantile } from "./distributions.ts";

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
 * noncentral t distribution beyond the critical value, `∫ f(s)·Φ(δ − t·s) ds` over the spread s
 * that a sample may show, with `δ = difference·√pairs/sd`. The other tail, where a test would find
 * the opposite, is left out.
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
  return overSpread(degrees, (spread) => normalCdf(shift - critical * spread));
}

/**
 * The fewest pairs with which a two-sided paired t test finds a difference as often as `power`.
 *
 * @returns a whole number ≥ 2; Infinity where 10,000 pairs do not suffice
 * @throws {RangeError} if `difference`, `sd`, `alpha` or `power` is out of its range
 */
export function pairsNeeded(options: PowerOptions & { power?: number }): number {
  const { power = 0.8 } = options;
  if (!(power > 0 && power < 1)) {
    throw new RangeError(
      `Cannot compute pairsNeeded as power must be between 0 and 1: current value is ${power}`,
    );
  }
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

/** The mean of `value(s)` over s = √(χ²/degrees), by Simpson's rule with normalized weights. */
function overSpread(degrees: number, value: (spread: number) => number): number {
  const [from, to] = [Math.max(0, 1 - 9 / Math.sqrt(2 * degrees)), 1 + 9 / Math.sqrt(2 * degrees)];
  const intervals = 1000;
  let total = 0, weights = 0;
  for (let i = 0; i <= intervals; i++) {
    const spread = from + (to - from) * i / intervals;
    if (spread === 0 && degrees > 1) continue;
    const density = Math.exp(
      (spread === 0 ? 0 : (degrees - 1) * Math.log(spread)) - degrees * (spread * spread - 1) / 2,
    );
    const weight = density * (i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2);
    total += weight * value(spread);
    weights += weight;
  }
  return total / weights;
}

function assertPower(pairs: number, difference: number, sd: number, alpha: number): void {
  const wrong = !(Number.isInteger(pairs) && pairs >= 2)
    ? `pairs must be a whole number >= 2: current value is ${pairs}`
    : !Number.isFinite(difference) || difference === 0
    ? `difference must be finite and not 0: current value is ${difference}`
    : !(sd >= 0 && sd < Infinity)
    ? `sd must be >= 0 and finite: current value is ${sd}`
    : !(alpha > 0 && alpha < 1)
    ? `alpha must be between 0 and 1: current value is ${alpha}`
    : undefined;
  if (wrong !== undefined) throw new RangeError(`Cannot compute pairedPower as ${wrong}`);
}
