/**
 * Whether values that were taken one after the other hang together.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { tCdf } from "./distributions.ts";
import { mean } from "./summary.ts";

/** How values change with their place in the order. */
export interface Trend {
  /** Spearman's rank correlation of value and place, from −1 to 1. */
  correlation: number;
  /** Two-sided, by the t approximation. */
  pValue: number;
}

/**
 * Spearman's rank correlation of values with their place in the order: a drift of any form that
 * only rises or only falls (Spearman 1904). A single value far out moves it little.
 *
 * @param values in the order in which they were taken, at least three
 * @returns undefined where all values are equal
 * @throws {RangeError} if there are fewer than three, or one is not finite
 */
export function trend(values: readonly number[]): Trend | undefined {
  const n = values.length;
  if (n < 3) {
    throw new RangeError(
      `Cannot compute trend as it must have >= 3 values: current length is ${n}`,
    );
  }
  assertFinite("trend", "values", values);
  const r = pearson(ranks(values), values.map((_, i) => i));
  if (r === undefined) return undefined;
  const t = r * Math.sqrt((n - 2) / (1 - r * r));
  return { correlation: r, pValue: Math.abs(r) === 1 ? 0 : 2 * tCdf(-Math.abs(t), n - 2) };
}

/**
 * The correlation of each value with the one before it, Σ(xᵢ − m)(xᵢ₋₁ − m) / Σ(xᵢ − m)². Near 0
 * the values are as good as independent; far from it, intervals that take them for independent are
 * too narrow.
 *
 * @param values in the order in which they were taken, at least three
 * @returns undefined where all values are equal
 * @throws {RangeError} if there are fewer than three, or one is not finite
 */
export function autocorrelation(values: readonly number[]): number | undefined {
  if (values.length < 3) {
    throw new RangeError(
      `Cannot compute autocorrelation as it must have >= 3 values: current length is ` +
        `${values.length}`,
    );
  }
  assertFinite("autocorrelation", "values", values);
  const centre = mean(values);
  const rest = values.map((value) => value - centre);
  const square = rest.reduce((sum, value) => sum + value * value, 0);
  if (square === 0) return undefined;
  return rest.slice(1).reduce((sum, value, i) => sum + value * rest[i]!, 0) / square;
}

/** Mean ranks, from 1; equal values share theirs. */
function ranks(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

function pearson(x: readonly number[], y: readonly number[]): number | undefined {
  const [mx, my] = [mean(x), mean(y)];
  let xy = 0, xx = 0, yy = 0;
  x.forEach((value, i) => {
    const [dx, dy] = [value - mx, y[i]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}
