/**
 * Student's t distribution and ranks, by jstat, which agrees with SciPy to 1e-7. The more exact
 * `@stdlib` enumerates the environment when imported, which would cost every suite an unscoped
 * `--allow-env`.
 *
 * @module
 */
// @ts-types="./jstat.d.ts"
import jstat from "jstat";
import { check } from "../../../src/check.ts";
import { assertFinite } from "./assert_finite.ts";

const { studentt, noncentralt } = jstat.jStat;

/**
 * Mean ranks from 1: equal values share theirs.
 *
 * @throws {RangeError} if one is not finite
 */
export function ranks(values: readonly number[]): number[] {
  assertFinite("ranks", "values", values);
  return jstat.jStat.rank(values);
}

/**
 * P(T ≤ t) of Student's t distribution.
 *
 * @param t the value, finite or not
 * @param degrees the degrees of freedom, ≥ 1, whole or not
 * @throws {RangeError} if `degrees` is not, or `t` is NaN
 */
export function tCdf(t: number, degrees: number): number {
  check(!Number.isNaN(t), RangeError, "compute tCdf as t must be a number", t);
  checkDegrees("tCdf", degrees);
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  return studentt.cdf(t, degrees);
}

/**
 * The value that a t-distributed variable stays below with probability `p`.
 *
 * @param degrees the degrees of freedom, ≥ 1, whole or not
 * @throws {RangeError} if either is out of its range
 */
export function tQuantile(p: number, degrees: number): number {
  checkDegrees("tQuantile", degrees);
  check(p > 0 && p < 1, RangeError, "compute tQuantile as p must be between 0 and 1", p);
  return studentt.inv(p, degrees);
}

/**
 * P(T > t) of the noncentral t distribution. Above a shift of 26 the result is 1, which for one
 * degree of freedom is up to 0.04 too high.
 *
 * @param degrees the degrees of freedom, ≥ 1
 * @param shift δ, by which the normal variable over the spread is shifted
 * @throws {RangeError} if a number is not finite, or `degrees` below 1
 */
export function noncentralTail(t: number, degrees: number, shift: number): number {
  assertFinite("noncentralTail", "t and shift", [t, shift]);
  checkDegrees("noncentralTail", degrees);
  return 1 - noncentralt.cdf(t, degrees, shift);
}

function checkDegrees(name: string, degrees: number): void {
  const requirement = `compute ${name} as degrees must be finite and >= 1`;
  check(degrees >= 1 && degrees < Infinity, RangeError, requirement, degrees);
}
