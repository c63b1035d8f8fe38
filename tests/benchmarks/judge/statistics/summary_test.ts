import assert from "node:assert/strict";
import { median, quantile, summarize } from "../../../../benchmarks/judge/statistics/summary.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("summarize() gives count, mean, spread over n − 1 and median", () => {
  assert.deepEqual(summarize([4, 1, 3, 2]), { n: 4, mean: 2.5, sd: Math.sqrt(5 / 3), median: 2.5 });
});

Deno.test("summarize() has no spread for one value", () => {
  assert.deepEqual(summarize([7]), { n: 1, mean: 7, sd: NaN, median: 7 });
});

Deno.test("median() matches NumPy and leaves its argument as it is", () => {
  const { arm, baseline, median: expected } = scipy.bootstrap;
  const ratios = arm.map((value, i) => value / (baseline[i] ?? NaN));
  const before = [...ratios];
  assertNear(median(ratios), expected, 1e-15, "median");
  assert.deepEqual(ratios, before);
});

Deno.test("quantile() interpolates between neighbours", () => {
  assert.equal(quantile([10, 0], 0.25), 2.5);
  assert.equal(quantile([3, 1, 2], 1), 3);
});

Deno.test("summary functions refuse an empty list and a share outside of 0 to 1", () => {
  assert.throws(() => summarize([]), /RangeError: .*at least one number/);
  assert.throws(() => median([]), RangeError);
  assert.throws(() => quantile([1], 1.5), /RangeError: .*p must be from 0 to 1: .*1.5$/);
});
