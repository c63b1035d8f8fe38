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
import type { Measured } from "./verdict.ts";
import type { MetricRecord, Scores, Sides } from "../../record/mod.ts";

/**
 * The change of a score in points: with the same seeds the mean of paired differences, with others
 * the difference of means by Welch.
 *
 * @param tolerance in points
 */
export function qualityMetric(
  facts: Pick<MetricRecord, "name" | "label">,
  sides: Sides<Scores>,
  tolerance: number,
): Measured {
  const pairs = commonScores(sides);
  const paired = pairs.base.seeds.length > 0;
  const { base, head } = paired ? pairs : sides;
  const values = { base: base.scores, head: head.scores };
  return {
    ...facts,
    family: "quality",
    unit: "points",
    base: mean(base.scores),
    head: mean(head.scores),
    tolerance,
    n: Math.min(base.scores.length, head.scores.length),
    paired,
    values,
    seeds: { base: base.seeds, head: head.seeds },
    ...(paired ? pairedChange(values, tolerance) : unpairedChange(values, tolerance)),
  };
}

/** The scores of the seeds that both sides have. */
export function commonScores({ base, head }: Sides<Scores>): Sides<Scores> {
  const common = base.seeds.filter((seed) => head.seeds.includes(seed));
  return { base: scoresOfSeeds(base, common), head: scoresOfSeeds(head, common) };
}

/** The scores of these seeds, all of which must be in it. */
export function scoresOfSeeds({ seeds, scores }: Scores, wanted: readonly number[]): Scores {
  return { seeds: [...wanted], scores: wanted.map((seed) => scores[seeds.indexOf(seed)]!) };
}

type Change =
  & Pick<Measured, "change">
  & Partial<Pick<Measured, "interval" | "pValue" | "noInterval">>;

function pairedChange({ base, head }: Sides<number[]>, tolerance: number): Change {
  const differences = head.map((score, i) => score - base[i]!);
  const { n, mean: change, interval } = meanT(differences);
  if (interval === undefined || n < seedsForVerdict) return { change, noInterval: fewSeeds(n) };
  return { change, interval, pValue: worseBy(meanEstimate(differences), tolerance) };
}

function unpairedChange({ base, head }: Sides<number[]>, tolerance: number): Change {
  const change = mean(head) - mean(base);
  const n = Math.min(head.length, base.length);
  const found = welch(head, base);
  if (found === undefined || n < seedsForVerdict) return { change, noInterval: fewSeeds(n) };
  const byMeans = worseBy(found, tolerance);
  // A few outliers can move a mean, so ranks must agree.
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
