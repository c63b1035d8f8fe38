import assert from "node:assert/strict";
import { claims } from "../../../benchmarks/experiments/claims/table.ts";
import { judgeTimings } from "../../../benchmarks/judge/claims/timings.ts";
import type { ClaimRow } from "../../../benchmarks/judge/claims/row.ts";
import type { TimingsRecord } from "../../../benchmarks/record/mod.ts";
import { blocksOf, recordOf, resultOf, sweptResult } from "../timing/synthetic.ts";

/** A measurement in which steps take that many times as long as the plain one. */
function timed(ratios: Record<string, number>, rounds = 30): TimingsRecord {
  return resultOf([
    recordOf("plain", blocksOf(rounds, 100)),
    ...Object.entries(ratios).map(([name, ratio]) => recordOf(name, blocksOf(rounds, 100 * ratio))),
  ]);
}

function rowOf(id: string, record: TimingsRecord): ClaimRow {
  return judgeTimings(record).find((row) => row.id === id)!;
}

const c5 = (record: TimingsRecord) => rowOf("C5", record);
const c6 = (record: TimingsRecord) => rowOf("C6", record);

Deno.test("judgeTimings() has one row for each claim, and judges what steps can tell", () => {
  const rows = judgeTimings(timed({ "gn-ws": 2, "ln-ws": 2, "ws": 1.02 }));
  assert.deepEqual(rows.map(({ id }) => id), claims.map(({ id }) => id));
  const judged = rows.filter(({ verdict }) => verdict !== "not run");
  assert.deepEqual(judged.map(({ id }) => id), ["C5", "C6"]);
  assert.match(rows[0]!.reason, /^steps are timed here: it takes ResNet-50 on ImageNet$/);
  assert.match(judged[0]!.statement, /about half the throughput/);
  assert.equal(judged[1]!.statement, "WS costs a small throughput degradation");
});

Deno.test("judgeTimings() holds what WS adds to the plain step to C6's margin", () => {
  const small = c6(timed({ "ws": 1.04 }));
  assert.equal(small.verdict, "reproduced");
  assert.equal(small.n, 30);
  assert.equal(small.ours, "+4.0 % of a step, [+4.0, +4.0], n = 30");
  assert.equal(small.reason, "the interval lies within ±10 %");
  assert.equal(c6(timed({ "ws": 1.2 })).verdict, "not reproduced");
  const few = c6(timed({ "ws": 1.04 }, 29));
  assert.equal(few.verdict, "inconclusive");
  assert.equal(few.reason, "29 of the 30 pairs of steps that an interval wants");
  assert.match(few.ours!, /^\+4\.0 % of a step, no interval/);
});

Deno.test("judgeTimings() knows what WS adds no better than a step repeats itself", () => {
  const noisy = c6(timed({ "ws": 1.04, "plain-again": 0.93 }));
  assert.equal(noisy.verdict, "inconclusive");
  assert.equal(
    noisy.reason,
    "the interval, widened by the noise of 7.0 %, crosses ±10 %",
  );
  assert.equal(noisy.ours, "+4.0 % of a step, [−2.8, +11.3], n = 30");
  assert.equal(c6(timed({ "ws": 1.12, "plain-again": 1.05 })).verdict, "inconclusive");
  assert.equal(c6(timed({ "ws": 1.04, "plain-again": 1.05 })).verdict, "reproduced");
  assert.equal(c6(timed({ "ws": 1.25, "plain-again": 1.05 })).verdict, "not reproduced");
});

Deno.test("judgeTimings() judges C6 by the first backend, and wants both of its steps", () => {
  const two = timed({ "ws": 1.04 });
  const others = two.rows[0]!.subjects.map((subject) => ({
    ...subject,
    name: `${subject.name}@wasm`,
    blocks: blocksOf(30, subject.name === "ws" ? 300 : 100),
  }));
  two.rows[0]!.subjects.unshift(...others);
  assert.equal(c6(two).ours, c6(timed({ "ws": 1.04 })).ours);
  const eager = timed({ "plain-eager": 1, "ws-eager": 1.5 });
  assert.equal(c6(eager).verdict, "not run");
  assert.equal(c6(eager).reason, 'no steps of "ws" and "plain" in turn');
  assert.match(c6(sweptResult()).reason, /^a sweep has a row for each size/);
});

Deno.test("judgeTimings() holds a step of C6 against the published one of its network", () => {
  const record = timed({ "ws": 1.04 });
  Object.assign(record.config, { model: "resnet", normalization: "group", classes: 1000 });
  Object.assign(record.config, { batchSize: 16, imageSize: 224 });
  const [hardware, ...others] = c6(record).protocolDifferences;
  assert.match(hardware!, /^timed on .*, not on A100s$/);
  assert.deepEqual(others, ["batchSize 16, not 2048", "normalization group, not batch"]);
  record.config.model = "deeplab";
  assert.deepEqual(c6(record).protocolDifferences.slice(1), [
    "model of 25,557,032 parameters, not DeepLabv3+ ResNet-101 of 60,265,286",
    "classes 1000, not 150",
    "batchSize 16, not 128",
    "imageSize 224, not 512",
    "normalization group, not batch",
  ]);
  record.config.model = "another";
  assert.deepEqual(c6(record).protocolDifferences.slice(1), ["model another, not a published one"]);
});

Deno.test("judgeTimings() wants half the throughput, with both normalizations", () => {
  const both = c5(timed({ "gn-ws": 2, "ln-ws": 2.2 }));
  assert.equal(both.verdict, "reproduced");
  assert.equal(both.n, 30);
  assert.equal(both.difference, "−0.05, +0.00");
  assert.equal(
    both.ours,
    "LN + WS 0.45 [0.45, 0.45], GN + WS 0.50 [0.50, 0.50] of the images/s, n = 30",
  );
  const one = c5(timed({ "gn-ws": 1.1, "ln-ws": 2 }));
  assert.equal(one.verdict, "not reproduced");
  assert.match(one.reason, /^LN \+ WS: the interval lies within 0\.5 ± 0\.1; GN .* outside of /);
  assert.equal(c5(timed({ "gn-ws": 3, "ln-ws": 3 })).verdict, "not reproduced", "slower than half");
});

Deno.test("judgeTimings() is inconclusive where an interval crosses the margin, or there is none", () => {
  const record = timed({ "gn-ws": 2, "ln-ws": 2 });
  const gn = record.rows[0]!.subjects[1]!;
  for (const block of gn.blocks) block.durationsMs = [block.round % 2 === 0 ? 150 : 200];
  const crossing = c5(record);
  assert.equal(crossing.verdict, "inconclusive");
  assert.match(crossing.reason, /GN \+ WS: the interval crosses 0\.5 ± 0\.1/);
  const few = c5(timed({ "gn-ws": 2, "ln-ws": 2 }, 29));
  assert.equal(few.verdict, "inconclusive");
  assert.equal(few.reason, "29 of the 30 rounds that an interval wants");
  assert.match(few.ours!, /GN \+ WS 0\.50 no interval/);
});

Deno.test("judgeTimings() knows shares no better than a step repeats itself", () => {
  const fast = { "gn-ws": 1.6, "ln-ws": 1.6 };
  assert.equal(c5(timed(fast)).verdict, "not reproduced");
  assert.equal(c5(timed({ ...fast, "plain-again": 1 })).verdict, "not reproduced");
  for (const again of [1.15, 0.85]) {
    const { verdict, reason, ours } = c5(timed({ ...fast, "plain-again": again }));
    assert.equal(verdict, "inconclusive", `A/A of ${again}`);
    assert.match(reason, /^LN \+ WS: the interval, widened by the noise of 15\.0 %, crosses 0\.5/);
    assert.match(ours!, /^LN \+ WS 0\.63 \[0\.54, 0\.72\], /);
  }
  assert.equal(c5(timed({ ...fast, "plain-again": 1.01 })).verdict, "not reproduced");
});

Deno.test("judgeTimings() says which steps it lacks, and judges no sweep and no other baseline", () => {
  const reason = (record: TimingsRecord) => {
    const { verdict, reason } = c5(record);
    assert.equal(verdict, "not run");
    return reason;
  };
  assert.match(reason(timed({ "ln-ws": 2 })), /no steps of "gn-ws" and "plain" in turn; --profile/);
  assert.match(reason({ ...resultOf([]), rows: [] }), /no step was timed/);
  assert.match(reason(sweptResult()), /a sweep has a row for each size/);
  const other = timed({ "gn-ws": 2, "ln-ws": 2 });
  other.config.normalization = "group";
  assert.match(reason(other), /"plain" has the normalization group, not batch/);
  const old = timed({ "gn-ws": 2, "ln-ws": 2 });
  delete old.config.normalization;
  assert.equal(c5(old).verdict, "reproduced", "before there was the key, it was batch norm");
});

Deno.test("judgeTimings() names how the step differs from the published one", () => {
  const record = timed({ "gn-ws": 2, "ln-ws": 2 });
  const { cpu } = record.environment;
  assert.deepEqual(c5(record).protocolDifferences, [
    `timed on ${cpu} by ${record.environment.backend}, not on A100s`,
    "classes 10, not 1000",
    "batchSize 2, not 2048",
    "imageSize 32, not 224",
  ]);
  record.rows[0]!.subjects[0]!.ready!.parameterCount = 4_910_922;
  Object.assign(record.config, { classes: 1000, batchSize: 2048, imageSize: 224 });
  record.environment.gpu = "NVIDIA A100-SXM4-40GB";
  assert.deepEqual(c5(record).protocolDifferences, [
    "model of 4,910,922 parameters, not ResNet-50 of 25,557,032",
  ]);
});
