/**
 * How often changes of quality are found, by drawing comparisons out of many trained cells.
 *
 * @module
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { mean } from "../../judge/statistics/summary.ts";
import { qualityMetric, type Scores } from "../quality_metric.ts";
import type { Verdict } from "../record.ts";
import type { Sides } from "../sides.ts";
import { tolerances } from "../tolerances.ts";
import { withVerdicts } from "../verdict.ts";

/** What is compared in a draw. */
export type Condition =
  /** The same code with different seeds. */
  | "same code, other seeds"
  /** Worse training, with the same seeds on both sides: what `bench:compare` does. */
  | "drop, same seeds"
  /** The same, its mean shifted to −1.5 points. */
  | "drop of exactly 1.5, same seeds"
  /** Worse training, with different seeds. */
  | "drop, other seeds";

/** The drop that is to be found, in points. */
export const wantedDrop = 1.5;

/** How often each verdict was given. */
export interface DrawCounts {
  condition: Condition;
  /** Seeds a side. */
  seeds: number;
  /** Draws that are counted. */
  draws: number;
  verdicts: Record<Verdict, number>;
}

/** Scores with and without the drop, of the same seeds. */
export type Pool = Sides<Scores>;

/**
 * Draws comparisons out of a pool. Those of the same seeds are drawn with replacement, as a part of
 * a pool resembles the whole more than other seeds would; those of other seeds are disjoint. Draws
 * share cells: more of them tell the pool's rate more steadily, not the truth more surely.
 *
 * @param pool the cells' scores; `head` is worse
 * @param condition what to compare
 * @param seeds a side
 * @param draws how many comparisons
 * @returns undefined where the pool is too small
 */
export function drawComparisons(
  pool: Pool,
  condition: Condition,
  seeds: number,
  draws: number,
): DrawCounts | undefined {
  const disjoint = condition.endsWith("other seeds");
  if (pool.base.seeds.length < (disjoint ? 2 : 1) * seeds) return undefined;
  const verdicts = { regression: 0, inconclusive: 0, improvement: 0, unchanged: 0 };
  const random = xoroshiro128plus(seeds);
  for (let i = 0; i < draws; i++) {
    const below = (last: number) => uniformInt(random, 0, last);
    const [first, second] = disjoint
      ? disjointSeeds(pool.base.seeds, seeds, below)
      : sameSeeds(pool.base.seeds, seeds, below);
    verdicts[verdictOf(sidesOf(pool, condition, first, second))]++;
  }
  return { condition, seeds, draws, verdicts };
}

type Below = (last: number) => number;

function sameSeeds(from: readonly number[], count: number, below: Below): [number[], number[]] {
  const seeds = Array.from({ length: count }, () => from[below(from.length - 1)]!);
  return [seeds, seeds];
}

function disjointSeeds(from: readonly number[], count: number, below: Below): [number[], number[]] {
  const order = shuffled(from, below);
  return [order.slice(0, count), order.slice(count, 2 * count)];
}

function sidesOf(
  { base, head }: Pool,
  condition: Condition,
  first: number[],
  second: number[],
): Sides<Scores> {
  const worse = condition === "same code, other seeds"
    ? base
    : condition === "drop of exactly 1.5, same seeds"
    ? shifted({ base, head })
    : head;
  return { base: pick(base, first), head: pick(worse, second) };
}

/** The head's scores, moved so that the mean of the whole pool drops by what is wanted. */
function shifted({ base, head }: Pool): Scores {
  const by = mean(base.scores) - mean(head.scores) - wantedDrop;
  return { seeds: head.seeds, scores: head.scores.map((score) => score + by) };
}

function pick({ seeds, scores }: Scores, wanted: number[]): Scores {
  return { seeds: wanted, scores: wanted.map((seed) => scores[seeds.indexOf(seed)]!) };
}

function verdictOf(sides: Sides<Scores>): Verdict {
  const facts = { name: "score", label: "score" };
  return withVerdicts([qualityMetric(facts, sides, tolerances.qualityPoints)])[0]!.verdict;
}

function shuffled(values: readonly number[], below: Below): number[] {
  const order = [...values];
  for (let last = order.length - 1; last > 0; last--) {
    const other = below(last);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
