import assert from "node:assert/strict";
import { addedTime } from "../../../../benchmarks/judge/statistics/added_time.ts";
import { assertNear, scipy } from "./fixtures.ts";

const { arm, baseline, median, low, high } = scipy.bootstrap;
const pairs = arm.map((armMs, i) => ({ armMs, baselineMs: baseline[i] ?? NaN }));

Deno.test("addedTime() is the median ratio in percent, with SciPy's interval", () => {
  const { n, percent, interval } = addedTime(pairs);
  assert.equal(n, 60);
  assertNear(percent, (median - 1) * 100, 1e-12, "percent");
  const tolerance = 0.2 * (high - low) * 100;
  assert.ok(Math.abs((interval?.low ?? NaN) - (low - 1) * 100) < tolerance);
  assert.ok(Math.abs((interval?.high ?? NaN) - (high - 1) * 100) < tolerance);
});

Deno.test("addedTime() has no interval below 30 pairs", () => {
  assert.deepEqual(addedTime([{ baselineMs: 100, armMs: 150 }]), { n: 1, percent: 50 });
  assert.equal(addedTime(pairs.slice(0, 29)).interval, undefined);
  assert.notEqual(addedTime(pairs.slice(0, 30)).interval, undefined);
});

Deno.test("addedTime() refuses no pairs", () => {
  assert.throws(() => addedTime([]), RangeError);
});
