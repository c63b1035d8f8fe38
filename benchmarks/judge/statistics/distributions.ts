/**
 * The distributions that the intervals need, by jstat, which agrees with SciPy to 1e-7. The more
 * exact `@stdlib` enumerates the environment when imported, which would cost every suite an unscoped
 * `--allow-env`.
 *
 * @module
 */
// @ts-types="./jstat.d.ts"
import jstat from "jstat";

const { studentt, normal } = jstat.jStat;

/**
 * P(Z ≤ z) of the standard normal distribution.
 *
 * @param z the value, finite or not
 * @throws {RangeError} if it is NaN
 */
export function normalCdf(z: number): number {
  assertNumber("normalCdf", "z", z);
  if (!Number.isFinite(z)) return z > 0 ? 1 : 0;
  return normal.cdf(z, 0, 1);
}

/**
 * P(T ≤ t) of Student's t distribution.
 *
 * @param t the value, finite or not
 * @param degrees the degrees of freedom, ≥ 1, whole or not
 * @throws {RangeError} if `degrees` is not, or `t` is NaN
 */
export function tCdf(t: number, degrees: number): number {
  assertNumber("tCdf", "t", t);
  assertDegrees("tCdf", degrees);
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  return studentt.cdf(t, degrees);
}

/**
 * The value that a t-distributed variable stays below with probability `p`.
 *
 * @param p the probability, between 0 and 1
 * @param degrees the degrees of freedom, ≥ 1, whole or not
 * @throws {RangeError} if either is out of its range
 */
export function tQuantile(p: number, degrees: number): number {
  assertDegrees("tQuantile", degrees);
  if (!(p > 0 && p < 1)) {
    throw new RangeError(
      `Cannot compute tQuantile as p must be between 0 and 1: current value is ${p}`,
    );
  }
  return studentt.inv(p, degrees);
}

function assertNumber(name: string, what: string, value: number): void {
  if (!Number.isNaN(value)) return;
  throw new RangeError(`Cannot compute ${name} as ${what} must be a number: current value is NaN`);
}

function assertDegrees(name: string, degrees: number): void {
  if (degrees >= 1 && degrees < Infinity) return;
  throw new RangeError(
    `Cannot compute ${name} as degrees must be finite and >= 1: current value is ${degrees}`,
  );
}
