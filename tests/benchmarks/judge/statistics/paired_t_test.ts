import assert from "node:assert/strict";
import { meanInterval, pairedT } from "../../../../benchmarks/judge/statistics/paired_t.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("pairedT() matches SciPy's ttest_rel and its interval", () => {
  for (const expected of scipy.paired) {
    const { n } = expected;
    const actual = pairedT(scipy.a.slice(0, n), scipy.b.slice(0, n));
    assert.equal(actual.n, n);
    assertNear(actual.mean, expected.mean, 1e-12, "mean");
    assertNear(actual.sd, expected.sd, 1e-12, "sd");
    assertNear(actual.pValue, expected.pValue, 1e-7, "p");
    assertNear(actual.interval?.low, expected.low, 1e-7, "low");
    assertNear(actual.interval?.high, expected.high, 1e-7, "high");
  }
});

Deno.test("pairedT() has no interval and no p-value for one pair", () => {
  assert.deepEqual(pairedT([3], [1]), { n: 1, mean: 2, sd: NaN });
  assert.equal(meanInterval([]), undefined);
});

Deno.test("pairedT() is certain when all differences are equal", () => {
  const same = pairedT([2, 3, 4], [1, 2, 3]);
  assert.deepEqual(same.interval, { low: 1, high: 1, level: 0.95 });
  assertNear(same.pValue, 0, 1e-15, "p");
  assert.equal(pairedT([1, 2], [1, 2]).pValue, 1);
});

Deno.test("pairedT() refuses samples that do not pair and a level outside of 0 to 1", () => {
  assert.throws(() => pairedT([1, 2], [1]), /RangeError: .*same length: .*2 and 1$/);
  assert.throws(() => pairedT([], []), RangeError);
  assert.throws(() => pairedT([1, 2], [0, 0], { level: 1 }), /RangeError: .*level/);
});
