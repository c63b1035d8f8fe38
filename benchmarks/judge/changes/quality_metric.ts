/**
 * Changes of scores.
 *
 * @module
 */
import { counted } from "../../ground/format.ts";
import { tCdf } from "../statistics/distributions.ts";
import { mannWhitney } from "../statistics/mann_whitney.ts";
import { seedsForVerdict } from "../../experiments/claims/claim.ts";
import { type Estimate, meanEstimate, meanT } from "../statistics/paired_t.ts";
import { mean } from "../statistics/summary.ts";
import { welch } from "../statistics/welch.ts";
import type { Measured } from "./measured.ts";
import type { MetricRecord, Scores, Sides } from "../../record/mod.ts";

/**
 * The change of a score in points: with the same seeds the mean of paired differences, with others
 * the difference of means by Welch.
 *
 * @param facts name and label
 * @param sides the scores
 * @param tolerance in points
 */
export function qualityMetric(
  facts: Pick<MetricRecord, "name" | "label">,
  { base, head }: Sides<Scores>,
  tolerance: number,
): Measured {
  const common = base.seeds.filter((seed) => head.seeds.includes(seed));
  const paired = common.length > 0;
  const pick = ({ seeds, scores }: Scores) => common.map((seed) => scores[seeds.indexOf(seed)]!);
  const values = paired
    ? { base: pick(base), head: pick(head) }
    : { base: base.scores, head: head.scores };
  const shared = {
    ...facts,
    family: "quality",
    unit: "points",
    base: mean(values.base),
    head: mean(values.head),
    tolerance,
    n: Math.min(values.base.length, values.head.length),
    paired,
    values,
    seeds: paired ? { base: common, head: common } : { base: base.seeds, head: head.seeds },
  } as const;
  return paired
    ? { ...shared, ...pairedChange(values, tolerance) }
    : { ...shared, ...unpairedChange(values, tolerance) };
}

type Change = Pick<Measured, "change"> & Partial<Pick<Measured, "interval" | "pValue" | "lack">>;

function pairedChange({ base, head }: Sides<number[]>, tolerance: number): Change {
  const differences = head.map((score, i) => score - base[i]!);
  const { n, mean: change, interval } = meanT(differences);
  if (interval === undefined || n < seedsForVerdict) return { change, lack: fewSeeds(n) };
  return { change, interval, pValue: worseBy(meanEstimate(differences), tolerance) };
}

function unpairedChange({ base, head }: Sides<number[]>, tolerance: number): Change {
  const change = mean(head) - mean(base);
  const n = Math.min(head.length, base.length);
  const found = welch(head, base);
  if (found === undefined || n < seedsForVerdict) return { change, lack: fewSeeds(n) };
  const byMeans = worseBy(found, tolerance);
  // A few scores far out can make a mean: ranks must say the same.
  const shifted = head.map((score) => score + tolerance);
  const byRanks = change < -tolerance ? mannWhitney(shifted, base).pValue / 2 : 1;
  return { change, interval: found.interval, pValue: Math.max(byMeans, byRanks) };
}

/** One-sided p-value of a mean change against −tolerance. */
function worseBy({ centre, error, degrees }: Estimate, tolerance: number): number {
  const distance = centre + tolerance;
  if (error === 0) return distance < 0 ? 0 : 1;
  return tCdf(distance / error, degrees);
}

function fewSeeds(n: number): string {
  return `${counted(n, "seed")} of the ${seedsForVerdict} that a verdict wants`;
}
