import assert from "node:assert/strict";
import { bootstrapMedianRatio } from "../../../../benchmarks/judge/statistics/bootstrap.ts";
import { assertNear, scipy } from "./fixtures.ts";

const { arm, baseline, median, low, high } = scipy.bootstrap;

Deno.test("bootstrapMedianRatio() agrees with SciPy's percentile bootstrap", () => {
  const actual = bootstrapMedianRatio(arm, baseline);
  assertNear(actual.median, median, 1e-14, "median");
  const width = high - low;
  assertNear(actual.interval.low, low, 0.15 * width, "low");
  assertNear(actual.interval.high, high, 0.15 * width, "high");
});

Deno.test("bootstrapMedianRatio() repeats with its seed, and differs with another", () => {
  const run = (seed: number) => bootstrapMedianRatio(arm, baseline, { seed });
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1).interval, run(2).interval);
});

Deno.test("bootstrapMedianRatio() refuses fewer than 30 samples", () => {
  assert.throws(
    () => bootstrapMedianRatio(arm.slice(0, 29), baseline.slice(0, 29)),
    /RangeError: .*>= 30 samples: current length is 29; time more steps$/,
  );
  bootstrapMedianRatio(arm.slice(0, 30), baseline.slice(0, 30));
});

Deno.test("bootstrapMedianRatio() refuses samples that do not pair", () => {
  assert.throws(() => bootstrapMedianRatio(arm, baseline.slice(1)), /RangeError: .*60 and 59$/);
});

Deno.test("bootstrapMedianRatio() names what is not finite", () => {
  const odd = baseline.with(3, NaN);
  for (
    const [what, compute] of [
      ["numerators", () => bootstrapMedianRatio(odd, baseline)],
      ["denominators", () => bootstrapMedianRatio(arm, odd)],
      ["ratios", () => bootstrapMedianRatio(arm, baseline.with(3, 0))],
      ["seed", () => bootstrapMedianRatio(arm, baseline, { seed: NaN })],
    ] as const
  ) {
    const message = new RegExp(`^Cannot compute bootstrapMedianRatio as ${what} must be finite: `);
    assert.throws(compute, { name: "RangeError", message });
  }
});
