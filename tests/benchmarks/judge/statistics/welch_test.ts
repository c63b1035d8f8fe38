import assert from "node:assert/strict";
import { mean } from "../../../../benchmarks/judge/statistics/summary.ts";
import { welch } from "../../../../benchmarks/judge/statistics/welch.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("welch() matches SciPy's interval, p-value and degrees of freedom", () => {
  for (const { x, y, ...expected } of scipy.welch) {
    const actual = welch(x, y);
    assertNear(actual?.degrees, expected.degrees, 1e-12, "degrees");
    assertNear(actual?.pValue, expected.pValue, 1e-6, "p");
    assertNear(actual?.interval.low, expected.low, 1e-6, "low");
    assertNear(actual?.interval.high, expected.high, 1e-6, "high");
    assertNear(actual?.centre, mean(x) - mean(y), 1e-15, "centre");
  }
});

Deno.test("welch() says nothing where a sample has no spread to judge by", () => {
  assert.equal(welch([1], [1, 2, 3]), undefined);
  assert.equal(welch([1, 2], []), undefined);
});

Deno.test("welch() is certain when both samples are constant", () => {
  const apart = welch([2, 2], [1, 1, 1]);
  assert.deepEqual(apart?.interval, { low: 1, high: 1, level: 0.95 });
  assertNear(apart?.pValue, 0, 1e-15, "p");
  assert.equal(welch([2, 2], [2, 2])?.pValue, 1);
});
