import assert from "node:assert/strict";
import { autocorrelation, trend } from "../../../../benchmarks/judge/statistics/trend.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("trend() matches SciPy's spearmanr, with ties too", () => {
  for (const { values, correlation, pValue } of scipy.trend) {
    const actual = trend(values);
    assertNear(actual?.correlation, correlation, 1e-12, "correlation");
    assertNear(actual?.pValue, pValue, 1e-7, "p");
  }
});

Deno.test("trend() is 1 for what only rises, whatever the form", () => {
  assert.deepEqual(trend([1, 2, 4, 8, 1000]), { correlation: 1, pValue: 0 });
  assert.equal(trend([5, 4, 1])?.correlation, -1);
  assert.equal(trend([2, 2, 2]), undefined);
});

Deno.test("autocorrelation() matches NumPy", () => {
  for (const { values, autocorrelation: expected } of scipy.trend) {
    assertNear(autocorrelation(values), expected, 1e-12, "autocorrelation");
  }
});

Deno.test("autocorrelation() is high for a slow wave and low for what alternates", () => {
  const wave = Array.from({ length: 60 }, (_, i) => Math.sin(i / 10));
  assert.ok((autocorrelation(wave) ?? 0) > 0.9);
  assert.ok((autocorrelation(wave.map((_, i) => i % 2)) ?? 0) < -0.9);
  assert.equal(autocorrelation([1, 1, 1]), undefined);
});

Deno.test("trend() and autocorrelation() refuse fewer than three values", () => {
  assert.throws(() => trend([1, 2]), /RangeError: Cannot compute trend .*>= 3 values: .* 2$/);
  assert.throws(() => autocorrelation([1]), /RangeError: Cannot compute autocorrelation .* 1$/);
});
