/**
 * Many comparisons at once.
 *
 * @module
 */
import { check } from "../../../src/check.ts";

/**
 * Holm's adjusted p-values: where those below alpha are called differences, the chance of even one
 * false call among all is at most alpha (Holm 1979). The i-th smallest of m, counted from 0, is
 * multiplied by m − i, and none is below the one before it.
 *
 * @param pValues from 0 to 1, in any order
 * @returns the adjusted values in the same order
 * @throws {RangeError} if a value is not from 0 to 1
 */
export function holm(pValues: readonly number[]): number[] {
  for (const p of pValues) {
    check(p >= 0 && p <= 1, RangeError, "adjust by holm as p-values must be from 0 to 1", p);
  }
  const adjusted = new Array<number>(pValues.length);
  let floor = 0;
  pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p).forEach(({ p, index }, i) => {
    floor = Math.max(floor, Math.min(1, p * (pValues.length - i)));
    adjusted[index] = floor;
  });
  return adjusted;
}
