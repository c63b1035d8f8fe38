import assert from "node:assert/strict";
import { overheadWarnings } from "../../../../benchmarks/judge/warnings/mod.ts";
import { timingWarnings } from "../../../../benchmarks/judge/warnings/timing.ts";
import { overhead } from "../../report/synthetic.ts";

/** Steps of about 100 ms with a scatter of `scatter` ms that follows no order. */
function steps(count: number, scatter = 1): number[] {
  return Array.from({ length: count }, (_, i) => 100 + scatter * Math.sin(7 * i * i));
}

function codes(values: number[]): string[] {
  return timingWarnings({ samples: [{ label: "ws", values }] }).map(({ code }) => code);
}

Deno.test("timingWarnings() has nothing to say about steady steps", () => {
  const samples = [{ label: "plain", values: steps(60) }];
  const ratios = [{ label: "ws over plain", values: steps(60) }];
  const sameOverSame = { low: 0.99, high: 1.01, level: 0.95 };
  assert.deepEqual(timingWarnings({ samples, ratios, blocks: 30, sameOverSame }), []);
});

Deno.test("timingWarnings() tells quartiles that lie far apart", () => {
  const values = steps(60).map((ms, i) => i % 3 === 0 ? 1.4 * ms : ms);
  const [warning, ...others] = timingWarnings({ samples: [{ label: "ws", values }] });
  assert.equal(warning?.code, "high-spread");
  assert.match(warning?.message ?? "", /: ws \d+\.\d–1\d\d\.\d ms$/);
  assert.match(warning?.advice ?? "", /nothing else uses the machine/);
  assert.deepEqual(others, []);
});

Deno.test("timingWarnings() tells a drift, not a single jump of one step", () => {
  assert.deepEqual(codes(steps(60).map((ms, i) => ms * (1 + i / 500))), ["drift"]);
  const slower = timingWarnings({
    samples: [{ label: "plain", values: steps(60).map((ms, i) => ms * (1 + i / 500)) }],
  });
  assert.match(slower[0]?.message ?? "", /plain \+[78] % from the first third to the last/);
  assert.deepEqual(codes(steps(60).with(59, 900)), []);
  assert.deepEqual(codes(steps(60).map((ms, i) => ms * (1 + i / 5000))), [], "under 5 %");
});

Deno.test("timingWarnings() counts outliers by their kinds", () => {
  const values = steps(60).map((ms, i) => i % 8 === 0 ? ms + 20 : ms);
  const [warning] = timingWarnings({ samples: [{ label: "ws", values }] });
  assert.equal(warning?.code, "outliers");
  assert.match(warning?.message ?? "", /ws 8 of 60 \(8 high severe\)$/);
});

Deno.test("timingWarnings() tells ratios that hang together, few blocks and a noise floor", () => {
  const ratios = [{
    label: "head over base",
    values: Array.from({ length: 40 }, (_, i) => 1 + Math.sin(i / 8) / 100),
  }];
  const sameOverSame = { low: 1.023, high: 1.051, level: 0.95 };
  const warnings = timingWarnings({ samples: [], ratios, blocks: 12, sameOverSame });
  assert.deepEqual(warnings.map(({ code }) => code), [
    "few-blocks",
    "noise-floor",
    "autocorrelation",
  ]);
  assert.match(warnings[0]?.message ?? "", /^12 blocks of the 30 /);
  assert.match(warnings[1]?.message ?? "", /differs from itself by \[\+2\.3, \+5\.1\] %$/);
  for (const { advice } of warnings) assert.ok(advice.length > 0);
});

Deno.test("timingWarnings() gathers samples in one warning, and passes over very short ones", () => {
  const wild = [100, 200, 100, 200, 100, 200, 100, 200, 100, 200, 100];
  const samples = ["a", "b"].map((label) => ({ label, values: wild }));
  const [warning, ...others] = timingWarnings({ samples });
  assert.match(warning?.message ?? "", /a 100\.0–200\.0 ms; b 100\.0–200\.0 ms$/);
  assert.deepEqual(others, []);
  assert.deepEqual(codes(wild.slice(0, 9)), []);
});

Deno.test("overheadWarnings() looks at a suite's interleaved timings", () => {
  assert.deepEqual(overheadWarnings(overhead(40, 3)).map(({ code }) => code), []);
  assert.deepEqual(overheadWarnings(overhead(12, 3)).map(({ code }) => code), ["few-blocks"]);
  assert.deepEqual(overheadWarnings([]), []);
});

Deno.test("timingWarnings() has a noise floor where the interval does not hold 1, on either side", () => {
  const told = (low: number, high: number) =>
    timingWarnings({ samples: [], sameOverSame: { low, high, level: 0.95 } });
  assert.match(told(0.9, 0.965)[0]?.message ?? "", /\[−10\.0, −3\.5\] %$/);
  for (const [low, high] of [[1, 1.1], [0.9, 1], [0.9, 1.1]] as const) {
    assert.deepEqual(told(low, high), []);
  }
});
