import assert from "node:assert/strict";
import { type Estimate, fitLine } from "../../../../benchmarks/judge/statistics/line.ts";
import { scipy } from "./fixtures.ts";

/** Fails where an estimate differs from SciPy's value and half interval by 1e-7 of their sizes. */
function assertEstimate(actual: Estimate, [value, half]: [number, number], what: string): void {
  const size = Math.abs(value) + half;
  for (const [one, other] of [[actual.value, value], [actual.high - actual.value, half]]) {
    assert.ok(Math.abs(one! - other!) <= 1e-7 * size, `${what}: ${one}, not ${other}`);
  }
  assert.ok(Math.abs(actual.high + actual.low - 2 * actual.value) <= 1e-9 * size, what);
  assert.equal(actual.level, 0.95);
}

Deno.test("fitLine() matches SciPy's linregress, in any unit", () => {
  for (const { x, y, at, intercept, slope, there, rSquared } of scipy.line) {
    const line = fitLine(x, y)!;
    assert.equal(line.n, x.length);
    assertEstimate(line.intercept, intercept, "intercept");
    assertEstimate(line.slope, slope, "slope");
    assertEstimate(line.at(at), there, `at ${at}`);
    assert.ok(Math.abs(line.rSquared! - rSquared) < 1e-10, `R²: ${line.rSquared}`);
  }
});

Deno.test("fitLine() is exact where the points lie on a line", () => {
  const line = fitLine([1, 2, 4, 8], [5, 7, 11, 19])!;
  for (const [{ value, low, high }, expected] of [[line.intercept, 3], [line.slope, 2]] as const) {
    for (const number of [value, low, high]) assert.ok(Math.abs(number - expected) < 1e-9);
  }
  assert.ok(Math.abs(line.rSquared! - 1) < 1e-12);
  assert.ok(Math.abs(line.at(100).value - 203) < 1e-9);
});

Deno.test("fitLine() has no line through too few points, or points above each other", () => {
  assert.equal(fitLine([], []), undefined);
  assert.equal(fitLine([1, 2, 3], [1, 2, 3]), undefined);
  assert.equal(fitLine([2, 2, 2, 2], [1, 2, 3, 4]), undefined);
  const rounded = [0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2];
  assert.ok(new Set(rounded).size === 2);
  assert.equal(fitLine(rounded, [1, 2, 3, 4]), undefined);
  assert.ok(fitLine([1, 1, 1, 1 + 1e-6], [1, 2, 3, 4]) !== undefined);
});

Deno.test("fitLine() has a level line, and no R², where all values are equal", () => {
  const line = fitLine([1, 2, 3, 4], [7, 7, 7, 7])!;
  assert.ok(Math.abs(line.slope.value) < 1e-12 && Math.abs(line.intercept.value - 7) < 1e-12);
  assert.equal(line.rSquared, undefined);
  assert.ok(Number.isFinite(line.at(9).high));
});

Deno.test("fitLine() refuses lists that do not pair, and what is not finite", () => {
  assert.throws(
    () => fitLine([1, 2], [1]),
    /RangeError: Cannot compute fitLine .* same length.*2 and 1/,
  );
  assert.throws(() => fitLine([1, 2, 3, NaN], [1, 2, 3, 4]), { name: "RangeError" });
  assert.throws(() => fitLine([1, 2, 3, 4], [1, 2, 3, Infinity]), { name: "RangeError" });
});
