/**
 * What a suite's result says of quality: one score a seed.
 *
 * @module
 */
import { counted } from "../ground/format.ts";
import { findCell, hasFailed, type Result, type Scores, type Sides } from "../record/mod.ts";
import { mean } from "../judge/statistics/summary.ts";
import type { Measured } from "../judge/changes/verdict.ts";
import { qualityMetric } from "../judge/changes/quality_metric.ts";

interface ScoreQuery {
  suite: string;
  /** The metric of a cell, in points. */
  metric: string;
  /** Those whose mean is the score. */
  arms: readonly string[];
  /** Differences up to here do not matter, in points. */
  tolerance: number;
}

/**
 * The change of a suite's score. A seed counts where every arm was trained to its end; if
 * training fails on the head alone, the head is worse whatever the other seeds reach.
 *
 * @returns undefined where a side has no score, and not because its training failed
 */
export function scoreMetric(query: ScoreQuery, results: Sides<Result>): Measured | undefined {
  const { suite, metric, arms, tolerance } = query;
  const sides = { base: scoresOf(results.base, query), head: scoresOf(results.head, query) };
  const broken = results.base.seeds.filter((seed) =>
    sides.base.seeds.includes(seed) && failed(results.head, arms, seed)
  );
  const lacking = sides.base.seeds.length === 0 || sides.head.seeds.length === 0;
  if (lacking && broken.length === 0) return undefined;
  // Where every seed fails there is no score to compare: it counts as 0.
  const head = lacking ? { seeds: broken, scores: broken.map(() => 0) } : sides.head;
  return {
    ...qualityMetric(factsOf(suite, metric, arms), { base: sides.base, head }, tolerance),
    ...(broken.length > 0 && {
      broken: `training failed with ${counted(broken.length, "seed")} that the base completes`,
    }),
  };
}

function factsOf(suite: string, metric: string, arms: readonly string[]) {
  const [first, ...others] = arms;
  return others.length === 0
    ? { name: `${suite}.${metric}.${first}`, label: `${suite}: ${metric} of ${first}` }
    : { name: `${suite}.${metric}`, label: `${suite}: ${metric}, mean of ${arms.join(" and ")}` };
}

/**
 * The scores of a result, one for each seed whose arms were all trained to their end.
 */
export function scoresOf(
  result: Result,
  { metric, arms }: Pick<ScoreQuery, "metric" | "arms">,
): Scores {
  const scores = result.seeds.map((seed) => {
    const values = arms.map((arm) => {
      const cell = findCell(result, arm, seed);
      return cell?.status === "done" ? cell.metrics[metric] ?? NaN : NaN;
    });
    return { seed, score: mean(values) };
  }).filter(({ score }) => Number.isFinite(score));
  return { seeds: scores.map(({ seed }) => seed), scores: scores.map(({ score }) => score) };
}

function failed(result: Result, arms: readonly string[], seed: number): boolean {
  return arms.some((arm) => hasFailed(findCell(result, arm, seed)));
}
