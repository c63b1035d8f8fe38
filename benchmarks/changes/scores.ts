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
import { tolerances } from "../judge/changes/tolerances.ts";
import type { ComparedSuite } from "./profiles.ts";

/** What is compared of a suite, by whatever name. */
type Scored = Pick<ComparedSuite, "name" | "metric" | "arms">;

/**
 * The change of a suite's score. A seed counts where every arm was trained to its end; if
 * training fails on the head alone, the head is worse whatever the other seeds reach.
 *
 * @returns undefined where a side has no score, and not because its training failed
 */
export function scoreMetric(suite: Scored, results: Sides<Result>): Measured | undefined {
  const sides = { base: scoresOf(results.base, suite), head: scoresOf(results.head, suite) };
  const broken = results.base.seeds.filter((seed) =>
    sides.base.seeds.includes(seed) && failed(results.head, suite.arms, seed)
  );
  const lacking = sides.base.seeds.length === 0 || sides.head.seeds.length === 0;
  if (lacking && broken.length === 0) return undefined;
  // Where every seed fails there is no score to compare: it counts as 0.
  const head = lacking ? { seeds: broken, scores: broken.map(() => 0) } : sides.head;
  return {
    ...qualityMetric(factsOf(suite), { base: sides.base, head }, tolerances.qualityPoints),
    ...(broken.length > 0 && {
      broken: `training failed with ${counted(broken.length, "seed")} that the base completes`,
    }),
  };
}

function factsOf({ name, metric, arms }: Scored) {
  return arms.length === 1
    ? { name: `${name}.${metric}.${arms[0]}`, label: `${name}: ${metric} of ${arms[0]}` }
    : { name: `${name}.${metric}`, label: `${name}: ${metric}, mean of ${arms.join(" and ")}` };
}

/**
 * The scores of a result, one for each seed whose arms were all trained to their end.
 */
export function scoresOf(result: Result, { metric, arms }: Scored): Scores {
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
