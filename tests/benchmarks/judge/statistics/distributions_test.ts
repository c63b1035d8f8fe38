import assert from "node:assert/strict";
import fc from "fast-check";
import { tCdf, tQuantile } from "../../../../benchmarks/judge/statistics/distributions.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("tCdf() matches SciPy for odd and even degrees", () => {
  for (const [t, degrees, expected] of scipy.tCdf) {
    assertNear(tCdf(t, degrees), expected, 1e-7, `tCdf(${t}, ${degrees})`);
  }
});

Deno.test("tQuantile() matches SciPy", () => {
  for (const [p, degrees, expected] of scipy.tQuantile) {
    assertNear(tQuantile(p, degrees), expected, 1e-7, `tQuantile(${p}, ${degrees})`);
  }
});

Deno.test("tQuantile() inverts tCdf()", () => {
  fc.assert(fc.property(
    fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
    fc.integer({ min: 1, max: 300 }),
    (p, degrees) => assertNear(tCdf(tQuantile(p, degrees), degrees), p, 1e-6, `${p}, ${degrees}`),
  ));
});

Deno.test("tCdf() and tQuantile() name the argument that is out of range", () => {
  assert.throws(() => tCdf(1, 0.5), /RangeError: .*degrees must be .*current value is 0.5$/);
  assert.throws(() => tCdf(1, Infinity), RangeError);
  assert.throws(() => tQuantile(0.5, 0), /RangeError: .*degrees/);
  assert.throws(() => tQuantile(1, 3), /RangeError: .*p must be between 0 and 1: .* 1$/);
});
