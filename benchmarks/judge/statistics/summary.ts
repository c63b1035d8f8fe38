/**
 * What describes a list of numbers. Where one of them is not finite, so is the description: NaN.
 *
 * @module
 */
import { check } from "../../../src/check.ts";

/**
 * The arithmetic mean.
 *
 * @param values at least one
 * @returns NaN where a value is not finite
 * @throws {RangeError} if there are none
 */
export function mean(values: readonly number[]): number {
  checkSome("mean", values);
  if (!values.every(Number.isFinite)) return NaN;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The standard deviation over n − 1.
 *
 * @param values at least one
 * @returns NaN for a single value, or where one is not finite
 * @throws {RangeError} if there are none
 */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * The median.
 *
 * @param values at least one
 * @returns NaN where a value is not finite
 * @throws {RangeError} if there are none
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which a share `p` of the values lies, interpolated linearly between neighbours.
 *
 * @param values at least one
 * @param p between 0 and 1
 * @returns NaN where a value is not finite
 * @throws {RangeError} if there are no values or `p` is out of its range
 */
export function quantile(values: readonly number[], p: number): number {
  checkSome("quantile", values);
  check(p >= 0 && p <= 1, RangeError, "compute quantile as p must be from 0 to 1", p);
  if (!values.every(Number.isFinite)) return NaN;
  const sorted = Float64Array.from(values).sort();
  const position = p * (sorted.length - 1);
  const low = sorted[Math.floor(position)]!;
  const high = sorted[Math.ceil(position)]!;
  return low + (high - low) * (position - Math.floor(position));
}

function checkSome(name: string, values: readonly number[]): void {
  const requirement = `compute ${name} as values must hold at least one number`;
  check(values.length > 0, RangeError, requirement, values);
}
