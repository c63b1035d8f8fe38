/**
 * Whether values that were taken one after the other hang together.
 *
 * @module
 */
import { check } from "../../../src/check.ts";
import { assertFinite } from "./assert_finite.ts";
import { ranks, tCdf } from "./distributions.ts";
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
  checkSeries("trend", values);
  const n = values.length;
  const [rank, place] = [centred(ranks(values)), centred(values.map((_, i) => i))];
  const r = dot(rank, place) / Math.sqrt(dot(rank, rank) * dot(place, place));
  if (Number.isNaN(r)) return undefined;
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
  checkSeries("autocorrelation", values);
  const rest = centred(values);
  const square = dot(rest, rest);
  return square === 0 ? undefined : dot(rest.slice(1), rest) / square;
}

function checkSeries(name: string, values: readonly number[]): void {
  const { length } = values;
  check(length >= 3, RangeError, `compute ${name} as it must have >= 3 values`, length);
  assertFinite(name, "values", values);
}

function centred(values: readonly number[]): number[] {
  const centre = mean(values);
  return values.map((value) => value - centre);
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}
