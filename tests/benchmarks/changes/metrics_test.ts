import assert from "node:assert/strict";
import type { TimedBlock } from "../../../benchmarks/changes/blocks.ts";
import { qualityMetric } from "../../../benchmarks/judge/changes/quality_metric.ts";
import type { Verdict } from "../../../benchmarks/record/mod.ts";
import {
  overheadMetric,
  shareAtMost,
  timeMetric,
} from "../../../benchmarks/changes/time_metrics.ts";
import { withVerdicts } from "../../../benchmarks/judge/changes/verdict.ts";
import { meanT } from "../../../benchmarks/judge/statistics/paired_t.ts";
import { minus } from "../judge/statistics/fixtures.ts";
import { welch } from "../../../benchmarks/judge/statistics/welch.ts";
import { overhead } from "../report/synthetic.ts";
import { noise } from "./noise.ts";

const facts = { name: "train", label: "training step" };

/** Blocks of a noisy machine: each process has its own luck, each step too, some are interrupted. */
function blocks(count: number, slowdown: number, random: () => number): TimedBlock[] {
  const side = (factor: number) => {
    const process = 100 * factor * (1 + 0.02 * random());
    return Array.from({ length: 8 }, () => {
      const interrupted = random() > 1.6 ? 30 : 0;
      return process * (1 + 0.03 * random()) + interrupted;
    });
  };
  return Array.from({ length: count }, () => ({ base: side(1), head: side(slowdown) }));
}

function verdictOf(measured: ReturnType<typeof timeMetric>): Verdict {
  return withVerdicts([measured])[0]!.verdict;
}

Deno.test("timeMetric() finds a step slowed by 10 %, and nothing in equal ones", () => {
  const random = noise(1);
  const times = (slowdown: number) =>
    Array.from({ length: 50 }, () => verdictOf(timeMetric(facts, blocks(30, slowdown, random), 3)));
  const count = (verdicts: Verdict[], wanted: Verdict) =>
    verdicts.filter((verdict) => verdict === wanted).length;
  assert.ok(count(times(1.1), "regression") >= 45);
  const same = times(1);
  assert.ok(count(same, "regression") <= 1);
  assert.ok(count(same, "unchanged") >= 40);
  assert.ok(count(times(0.9), "improvement") >= 45);
});

Deno.test("timeMetric() keeps every step, and has no interval below 30 blocks", () => {
  const random = noise(2);
  const few = timeMetric(facts, blocks(29, 1.5, random), 3);
  assert.equal(few.interval, undefined);
  assert.equal(few.noInterval, "29 blocks of the 30 that an interval wants");
  assert.equal(verdictOf(few), "inconclusive");
  assert.deepEqual(few.durationsMs?.head.map(({ length }) => length), Array(29).fill(8));
  assert.ok(Math.abs(few.change - 50) < 5);
});

Deno.test("qualityMetric() pairs the seeds that both have", () => {
  const base = { seeds: [0, 1, 2, 3, 4, 5, 6], scores: [30, 31, 32, 33, 34, 35, 99] };
  const head = { seeds: [5, 4, 3, 2, 1, 0], scores: [33, 32.1, 31, 30.2, 29, 28] };
  const metric = qualityMetric(facts, { base, head }, 0.3);
  const expected = meanT(minus([28, 29, 30.2, 31, 32.1, 33], [30, 31, 32, 33, 34, 35]));
  assert.ok(metric.paired);
  assert.deepEqual(metric.interval, expected.interval);
  assert.equal(metric.n, 6);
  assert.deepEqual(metric.seeds?.head, [0, 1, 2, 3, 4, 5]);
  assert.equal(verdictOf(metric), "regression");
});

Deno.test("qualityMetric() takes Welch's interval where no seed is common", () => {
  const scores = (from: number, mean: number) => ({
    seeds: Array.from({ length: 8 }, (_, i) => from + i),
    scores: Array.from({ length: 8 }, (_, i) => mean + Math.sin(3 * i)),
  });
  const sides = { base: scores(0, 30), head: scores(10, 25) };
  const metric = qualityMetric(facts, sides, 0.3);
  assert.ok(!metric.paired);
  assert.deepEqual(metric.interval, welch(sides.head.scores, sides.base.scores)?.interval);
  assert.equal(verdictOf(metric), "regression");
  const same = qualityMetric(facts, { base: scores(0, 30), head: scores(10, 30) }, 0.3);
  assert.equal(verdictOf(same), "inconclusive");
});

Deno.test("qualityMetric() does not take one score far out for a change of all", () => {
  const seeds = (from: number) => [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => from + seed);
  const base = { seeds: seeds(0), scores: [30, 30.1, 30.2, 30.3, 30.4, 30.5, 30.6, 30.7] };
  const head = { seeds: seeds(10), scores: [30.05, 30.15, 30.2, 30.3, 30.45, 30.5, 30.6, 0] };
  const metric = qualityMetric(facts, { base, head }, 0.3);
  assert.ok(metric.change < -3);
  assert.ok((metric.pValue ?? 0) > 0.1);
  assert.notEqual(verdictOf(metric), "regression");
});

Deno.test("qualityMetric() finds equal scores unchanged, and wants six seeds", () => {
  const scores = (count: number) => ({
    seeds: Array.from({ length: count }, (_, i) => i),
    scores: Array.from({ length: count }, (_, i) => 30 + i),
  });
  const verdict = (count: number) =>
    verdictOf(qualityMetric(facts, { base: scores(count), head: scores(count) }, 0.3));
  assert.equal(verdict(6), "unchanged");
  assert.equal(verdict(5), "inconclusive");
});

Deno.test("overheadMetric() compares what weight standardization adds, in points", () => {
  const [low, high] = [overhead(40, 3)[0]!, overhead(40, 15)[0]!];
  const metric = overheadMetric({ base: low, head: high }, 3);
  assert.ok(Math.abs(metric.change - 12) < 1);
  assert.equal(verdictOf(metric), "regression");
  assert.equal(verdictOf(overheadMetric({ base: low, head: low }, 3)), "unchanged");
  assert.equal(
    verdictOf(overheadMetric({ base: low, head: overhead(20, 30)[0]! }, 3)),
    "inconclusive",
  );
});

Deno.test("shareAtMost() is never 0", () => {
  assert.equal(shareAtMost([5, 6, 7], 3), 0.25);
  assert.equal(shareAtMost([1, 6, 7], 3), 0.5);
});
