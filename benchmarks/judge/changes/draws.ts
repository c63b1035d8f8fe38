/**
 * How often changes of quality are found, by drawing comparisons out of many trained cells.
 *
 * @module
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { permutation } from "../../../datasets/random.ts";
import { mean } from "../statistics/summary.ts";
import { qualityMetric, scoresOfSeeds } from "./quality_metric.ts";
import type { Pool, Scores, Verdict } from "../../record/mod.ts";
import { tolerances } from "./tolerances.ts";
import { withVerdicts } from "./verdict.ts";

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
const wantedDrop = 1.5;

/** How often each verdict was given. */
export interface DrawCounts {
  condition: Condition;
  /** Seeds a side. */
  seeds: number;
  /** Draws that are counted. */
  draws: number;
  verdicts: Record<Verdict, number>;
}

/**
 * Draws comparisons out of a pool. Those of the same seeds are drawn with replacement, as a
 * part of a pool resembles the whole more than new seeds would; those of other seeds are disjoint.
 * Draws share cells: more of them steady the pool's rate, but are no more evidence.
 *
 * @param pool the cells' scores; `head` is worse
 * @param seeds a side
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
  const { length } = pool.base.seeds;
  for (let i = 0; i < draws; i++) {
    const places = disjoint
      ? [...permutation(random, length)]
      : Array.from({ length: seeds }, () => uniformInt(random, 0, length - 1));
    const drawn = places.map((place) => pool.base.seeds[place]!);
    const second = disjoint ? drawn.slice(seeds, 2 * seeds) : drawn;
    verdicts[verdictOf(pool, condition, drawn.slice(0, seeds), second)]++;
  }
  return { condition, seeds, draws, verdicts };
}

function verdictOf(
  pool: Pool,
  condition: Condition,
  first: readonly number[],
  second: readonly number[],
): Verdict {
  const worse = condition === "same code, other seeds"
    ? pool.base
    : condition === "drop of exactly 1.5, same seeds"
    ? shifted(pool)
    : pool.head;
  const sides = { base: scoresOfSeeds(pool.base, first), head: scoresOfSeeds(worse, second) };
  const facts = { name: "score", label: "score" };
  return withVerdicts([qualityMetric(facts, sides, tolerances.qualityPoints)])[0]!.verdict;
}

/** The head's scores, moved so that the mean of the whole pool drops by what is wanted. */
function shifted({ base, head }: Pool): Scores {
  const by = mean(base.scores) - mean(head.scores) - wantedDrop;
  return { seeds: head.seeds, scores: head.scores.map((score) => score + by) };
}
