/**
 * A claim that is judged by differences of metrics, seed by seed.
 *
 * @module
 */
import {
  type DifferenceTest,
  type EquivalenceTest,
  type Protocol,
  seedsForVerdict,
} from "../../experiments/claims/claim.ts";
import { bounds, counted, fixed, signed } from "../../ground/format.ts";
import { findCell, hasFailed, type Result } from "../../record/mod.ts";
import { quarterMinusEnd, type SeedValues, seedValues } from "../contrasts.ts";
import { meanEstimate, meanT, type PairedDifference, tInterval } from "../statistics/paired_t.ts";
import { pairsNeeded } from "../statistics/sample_size.ts";
import { protocolDifferences } from "./protocol.ts";
import { type Finding, notRun, type Outcome, withinMargin } from "./row.ts";

type SeedTest = DifferenceTest | EquivalenceTest;

/** Whether the claimed difference shows over the seeds, or that there is none. */
export function judgeSeeds(test: SeedTest, result: Result, protocol: Protocol): Finding {
  const { metric } = protocol;
  const pairs = seedValues(
    result,
    test.contrast,
    (cell) => test.window === "end" ? cell.metrics[metric] : quarterMinusEnd(cell, metric),
  );
  const failures = failuresText(test, result, pairs);
  if (pairs.seeds.length === 0) {
    if (failures === "") return notRun(`no seed pairs: ${leftOutText(pairs)}`);
    return { ...notRun(`no verdict: ${failures}`), verdict: "inconclusive" };
  }
  const difference = meanT(pairs.values);
  const differences = protocolDifferences(result, protocol);
  const measured = {
    n: difference.n,
    ours: oursText(metric, difference),
    protocolDifferences: differences,
  };
  if (failures !== "") {
    const reason = `no verdict: ${failures}, and the other seeds are those that went well`;
    return { ...measured, verdict: "inconclusive", reason };
  }
  const { verdict, reason } = verdictOf(test, pairs.values, difference, differences.length > 0);
  const more = verdict === "inconclusive" ? moreSeeds(test, difference) : undefined;
  const reasons = [reason, moreText(test, difference, more), leftOutText(pairs)];
  return {
    ...measured,
    verdict,
    reason: reasons.filter(Boolean).join("; "),
    ...(test.kind === "difference" && test.published !== undefined &&
      { difference: signed(difference.mean - test.published, 2) }),
    ...(more !== undefined && Number.isFinite(more) && { moreSeeds: more }),
  };
}

function failuresText(
  { contrast: { weights } }: SeedTest,
  result: Result,
  { leftOut }: SeedValues,
): string {
  const texts = Object.keys(weights).flatMap((name) => {
    const seeds = leftOut.map(({ seed }) => seed)
      .filter((seed) => hasFailed(findCell(result, name, seed)));
    return seeds.length === 0 ? [] : [`${name} failed with seed ${seeds.join(", ")}`];
  });
  return texts.join("; ");
}

function verdictOf(
  test: SeedTest,
  values: readonly number[],
  difference: PairedDifference,
  proxy: boolean,
): Outcome {
  const { n, interval } = difference;
  if (interval === undefined || n < seedsForVerdict) {
    const reason = `${counted(n, "seed")} of the ${seedsForVerdict} that a verdict wants`;
    return { verdict: "inconclusive", reason };
  }
  if (test.kind === "equivalence") {
    const tested = tInterval(meanEstimate(values), 0.9); // two one-sided tests of 5 % each
    const names = [`the 90 % interval ${bounds(tested, 2)}`, `±${test.margin}`] as const;
    return withinMargin(tested, test.margin, names);
  }
  const { low, high } = test.direction === 1
    ? interval
    : { low: -interval.high, high: -interval.low };
  if (low > 0) {
    return { verdict: "reproduced", reason: "the interval lies on the claimed side of 0" };
  }
  if (high < 0) {
    return { verdict: "not reproduced", reason: "the interval lies on the other side of 0" };
  }
  if (!proxy && test.published !== undefined && high < Math.abs(test.published)) {
    const reason = "the interval holds 0 and ends below the published number";
    return { verdict: "not reproduced", reason };
  }
  return { verdict: "inconclusive", reason: "the interval holds 0" };
}

/** The difference that more seeds are to show: the published one, or else that observed. */
function sizeToSee(test: SeedTest, { mean }: PairedDifference): number {
  return Math.abs(test.kind === "equivalence" ? test.margin : test.published ?? mean);
}

function moreSeeds(test: SeedTest, difference: PairedDifference): number | undefined {
  const { n, sd } = difference;
  const atLeast = Math.max(seedsForVerdict - n, 0);
  if (Number.isNaN(sd)) return atLeast;
  const size = sizeToSee(test, difference);
  if (size === 0) return undefined;
  // Where there is no difference at all, both one-sided tests must succeed nine times in ten.
  const errors = test.kind === "equivalence" ? { alpha: 0.1, power: 0.9 } : {};
  return Math.max(atLeast, pairsNeeded({ difference: size, sd, ...errors }) - n);
}

function moreText(test: SeedTest, difference: PairedDifference, more?: number): string {
  if (more === undefined) return "";
  if (Number.isNaN(difference.sd)) return `at least ${counted(more, "more seed")} needed`;
  const size = fixed(sizeToSee(test, difference), 2);
  const aim = test.kind === "equivalence" ? `equality within ±${size}` : `a difference of ${size}`;
  if (more === 0) return `these seeds would show ${aim} four times in five`;
  if (!Number.isFinite(more)) return `10,000 seeds would not show ${aim}`;
  return `${counted(more, "more seed")} would show ${aim} four times in five`;
}

function leftOutText({ leftOut }: SeedValues): string {
  return leftOut.map(({ seed, reason }) => `seed ${seed} left out: ${reason}`).join("; ");
}

function oursText(metric: string, { n, mean, interval }: PairedDifference): string {
  const range = interval === undefined ? "no interval" : bounds(interval, 2);
  return `${signed(mean, 2)} ${unit(metric)}, ${range}, n = ${n}`;
}

function unit(metric: string): string {
  return metric === "mIoU" ? "mIoU" : metric === "top1" ? "points" : metric;
}
