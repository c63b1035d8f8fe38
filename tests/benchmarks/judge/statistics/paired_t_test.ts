import assert from "node:assert/strict";
import {
  meanInterval,
  meanT,
  tInterval,
} from "../../../../benchmarks/judge/statistics/paired_t.ts";
import { assertNear, minus, scipy } from "./fixtures.ts";

Deno.test("meanT() matches SciPy's ttest_rel and its interval", () => {
  for (const expected of scipy.paired) {
    const { n } = expected;
    const actual = meanT(minus(scipy.a, scipy.b).slice(0, n));
    assert.equal(actual.n, n);
    assertNear(actual.mean, expected.mean, 1e-12, "mean");
    assertNear(actual.sd, expected.sd, 1e-12, "sd");
    assertNear(actual.pValue, expected.pValue, 1e-7, "p");
    assertNear(actual.interval?.low, expected.low, 1e-7, "low");
    assertNear(actual.interval?.high, expected.high, 1e-7, "high");
  }
});

Deno.test("meanT() has no interval and no p-value for one pair", () => {
  assert.deepEqual(meanT([2]), { n: 1, mean: 2, sd: NaN });
  assert.equal(meanInterval([]), undefined);
});

Deno.test("meanT() is certain when all differences are equal", () => {
  const same = meanT([1, 1, 1]);
  assert.deepEqual(same.interval, { low: 1, high: 1, level: 0.95 });
  assertNear(same.pValue, 0, 1e-15, "p");
  assert.equal(meanT([0, 0]).pValue, 1);
});

Deno.test("meanT() has no p-value above 1, be the mean ever so near to 0", () => {
  for (const near of [0, 1e-15, 1e-12, 1e-9]) {
    const { pValue } = meanT([near - 1, near - 2, near + 1, near + 2]);
    assert.ok(pValue! <= 1, `${pValue} for ${near}`);
  }
});

Deno.test("meanT() refuses no values, and tInterval() a level outside of 0 to 1", () => {
  assert.throws(() => meanT([]), RangeError);
  const estimate = { centre: 1, error: 1, degrees: 1 };
  assert.throws(() => tInterval(estimate, 1), /RangeError: .*level .*value is 1$/);
});
