import assert from "node:assert/strict";
import fc from "fast-check";
import { outliers } from "../../../../benchmarks/judge/statistics/outliers.ts";
import { scipy } from "./fixtures.ts";

const countOf = (counts: object) => Object.values(counts).reduce((sum, count) => sum + count, 0);

Deno.test("outliers() counts by the fences that SciPy's quartiles give", () => {
  for (const { values, lowSevere, lowMild, highMild, highSevere } of scipy.outliers) {
    assert.deepEqual(Object.values(outliers(values)), [lowSevere, lowMild, highMild, highSevere]);
  }
  const all = scipy.outliers.map(({ values }) => countOf(outliers(values)));
  assert.ok(all.some((count) => count > 5), "the fixture has outliers");
});

Deno.test("outliers() stays the same when values are moved, stretched and reordered", () => {
  const whole = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(whole, (values) => {
    const counts = outliers(values);
    assert.deepEqual(outliers(values.map((value) => 4 * value + 8)), counts);
    assert.deepEqual(outliers(values.toReversed()), counts);
    assert.ok(countOf(counts) <= values.length / 2);
  }));
});

Deno.test("outliers() refuses no values", () => {
  assert.throws(() => outliers([]), RangeError);
});
