import assert from "node:assert/strict";
import {
  mean,
  median,
  quantile,
  standardDeviation,
} from "../../../../benchmarks/judge/statistics/summary.ts";
import { assertNear, scipy } from "./fixtures.ts";

Deno.test("mean(), median() and the spread over n − 1 describe a list", () => {
  const values = [4, 1, 3, 2];
  assert.deepEqual([mean, median].map((of) => of(values)), [2.5, 2.5]);
  assert.equal(standardDeviation(values), Math.sqrt(5 / 3));
});

Deno.test("standardDeviation() has no spread for one value", () => {
  assert.deepEqual([mean, median, standardDeviation].map((of) => of([7])), [7, 7, NaN]);
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
  assert.throws(() => mean([]), /RangeError: .*at least one number/);
  assert.throws(() => median([]), RangeError);
  assert.throws(() => quantile([1], 1.5), /RangeError: .*p must be from 0 to 1: .*1.5$/);
});
