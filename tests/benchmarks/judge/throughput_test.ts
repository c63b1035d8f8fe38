import assert from "node:assert/strict";
import { claims } from "../../../benchmarks/experiments/claims/table.ts";
import { judgeTimings } from "../../../benchmarks/judge/claims/throughput.ts";
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

function c5(record: TimingsRecord): ClaimRow {
  return judgeTimings(record).find(({ id }) => id === "C5")!;
}

Deno.test("judgeTimings() has one row for each claim, and judges what steps can tell", () => {
  const rows = judgeTimings(timed({ "gn-ws": 2, "ln-ws": 2 }));
  assert.deepEqual(rows.map(({ id }) => id), claims.map(({ id }) => id));
  const judged = rows.filter(({ verdict }) => verdict !== "not run");
  assert.deepEqual(judged.map(({ id }) => id), ["C5"]);
  assert.match(rows[0]!.reason, /^steps are timed here: it takes ResNet-50 on ImageNet$/);
  assert.match(judged[0]!.statement, /about half the throughput/);
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
