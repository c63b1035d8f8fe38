import assert from "node:assert/strict";
import { holm } from "../../../../benchmarks/judge/statistics/holm.ts";
import { mannWhitney } from "../../../../benchmarks/judge/statistics/mann_whitney.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("mannWhitney() matches SciPy's exact test, with ties too", () => {
  for (const { x, y, u, pValue } of scipy.mannWhitney) {
    const actual = mannWhitney(x, y);
    assert.equal(actual.u, u);
    assertNear(actual.pValue, pValue, 1e-12, `p of ${x} and ${y}`);
    assertNear(mannWhitney(y, x).pValue, pValue, 1e-12, "p with the samples exchanged");
  }
});

Deno.test("mannWhitney() refuses samples too small to find anything at all", () => {
  assert.throws(
    () => mannWhitney([1, 2, 3], [4, 5, 6]),
    /RangeError: .*must be <= 0.05: with 3 and 3 values it is 0.1; take more values$/,
  );
  assertNear(mannWhitney([1, 2, 3, 4], [5, 6, 7, 8]).pValue, 2 / 70, 1e-15, "p");
  assert.throws(() => mannWhitney([], [1, 2]), /RangeError: .*with 0 and 2 values it is 1; take/);
});

Deno.test("holm() multiplies the smallest the most and keeps the order", () => {
  const adjusted = holm(scipy.holm.p);
  scipy.holm.adjusted.forEach((expected, i) => {
    assertNear(adjusted[i], expected, 1e-15, `adjusted ${i}`);
  });
  assert.deepEqual(holm([0.03]), [0.03]);
  assert.deepEqual(holm([]), []);
});

Deno.test("holm() refuses what is no p-value", () => {
  assert.throws(() => holm([0.1, NaN]), /RangeError: .*must be from 0 to 1: current value is NaN$/);
});
