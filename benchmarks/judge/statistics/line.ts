/**
 * A straight line through points, by jstat's ordinary least squares, which agrees with SciPy to 1e-7.
 *
 * @module
 */
// @ts-types="./jstat.d.ts"
import jstat from "jstat";
import { check } from "../../../src/check.ts";
import type { Interval } from "../../record/mod.ts";
import { assertFinite } from "./assert_finite.ts";
import { tQuantile } from "./distributions.ts";
import { mean } from "./summary.ts";

/** The fewest points of a line: two more than it has coefficients. */
export const fewestForLine = 4;

/** Of the largest x: closer together they differ by rounding, and the slope is that of nothing. */
const leastExtent = 1e-9;

/** A value with its interval, by Student's t on the points less two degrees of freedom. */
export interface Estimate extends Interval {
  value: number;
}

/** `y = intercept + slope · x`. */
export interface Line {
  /** How many points it is fitted to. */
  n: number;
  intercept: Estimate;
  slope: Estimate;
  /** The share of the variance of y that it explains; none where all y are equal. */
  rSquared?: number;
  /** The line itself at `x`; its interval is that of the mean there, not of a single value. */
  at(x: number): Estimate;
}

/**
 * Fits a line.
 *
 * @param x where the points are
 * @param y what was measured there
 * @returns undefined where there are fewer than four points, or all x are equal but for rounding
 * @throws {RangeError} if the lengths differ, or a value is not finite
 */
export function fitLine(x: readonly number[], y: readonly number[]): Line | undefined {
  const requirement = "compute fitLine as x and y must have the same length";
  check(x.length === y.length, RangeError, requirement, `${x.length} and ${y.length}`);
  assertFinite("fitLine", "x", x);
  assertFinite("fitLine", "y", y);
  const n = x.length;
  // In units of the largest x, so that the columns are alike in size.
  const unit = Math.max(...x.map(Math.abs));
  const extent = Math.max(...x) - Math.min(...x);
  if (n < fewestForLine || extent <= leastExtent * unit) return undefined;
  const { coef: [intercept, slope], t: { se: [interceptError, slopeError] }, R2 } = jstat.jStat
    .models.ols([...y], x.map((value) => [1, value / unit]));
  const quantile = tQuantile(0.975, n - 2);
  const centre = mean(x) / unit;
  const estimate = (value: number, error: number): Estimate => ({
    value,
    low: value - quantile * error,
    high: value + quantile * error,
    level: 0.95,
  });
  return {
    n,
    intercept: estimate(intercept, interceptError),
    slope: estimate(slope / unit, slopeError / unit),
    ...(new Set(y).size > 1 && { rSquared: R2 }),
    at(place) {
      assertFinite("fitLine", "place", [place]);
      const to = place / unit;
      // The covariance of the coefficients is −centre · slopeError².
      const variance = interceptError ** 2 + (to * to - 2 * to * centre) * slopeError ** 2;
      return estimate(intercept + slope * to, Math.sqrt(Math.max(0, variance)));
    },
  };
}
