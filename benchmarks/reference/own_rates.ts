/**
 * The learning rate that each arm takes, by a pilot's sweep.
 *
 * @module
 */
import { nameBefore, ratesOf, suffixOf } from "../experiments/rate_sweep.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { mean } from "../judge/statistics/summary.ts";
import type { Result } from "../record/mod.ts";
import { mainMetric } from "../report/cells/metrics.ts";
import type { PartResult } from "./part.ts";

/** Points of the metric, in percent, within which a lower rate is as good. */
const asGood = 0.2;

/**
 * An arm's own rate: the one of its highest mean metric over the pilot's seeds; of those within 0.2
 * points of it the lowest. A rate at which a seed did not end is worse than any.
 *
 * @param pilots runs over learning rates whose metric is in percent: one, and those that continue its
 * grid
 * @param arm as it is called without a rate
 * @throws {UsageError} if none has such an arm (suggests the nearest), it has no rate at which all seeds
 * ended, or the metric does not fall on both sides of the best rate
 */
export function ownRate(pilots: readonly PartResult[], arm: string): number {
  const where = pilots.map(({ name }) => name).join(" and ");
  const names = [...new Set(pilots.flatMap(({ result }) => armsOf(result)))];
  if (!names.includes(arm)) throw unknownName(`arm of ${where}`, arm, names);
  const scores = pilots.flatMap(({ result }) => scoresOf(result, arm))
    .toSorted((a, b) => a.rate - b.rate);
  const ended = scores.filter((each): each is Score => each.score !== undefined);
  const best = Math.max(...ended.map(({ score }) => score));
  const place = scores.findIndex(({ score }) => score === best);
  const end = place === 0 ? "lowest" : place === scores.length - 1 ? "highest" : undefined;
  if (place < 0 || end !== undefined) {
    const seen = place < 0
      ? "no rate has all seeds"
      : `the best, ${scores[place]!.rate}, is the ${end}`;
    throw new UsageError(
      `Cannot take the rate of ${arm} from ${where} as its metric must fall on both sides of the best ` +
        `rate: ${seen}; continue the grid there`,
    );
  }
  return ended.find(({ score }) => score >= best - asGood)!.rate;
}

interface Score {
  rate: number;
  /** The mean over all seeds. */
  score: number;
}

function armsOf({ arms, config }: Result): string[] {
  return arms.map(({ name }) => nameBefore(name, ratesOf(config)));
}

/** At each rate of an arm; without a score where a seed did not end. */
function scoresOf(pilot: Result, arm: string): (Score | { rate: number; score?: undefined })[] {
  const metric = mainMetric(pilot) ?? "";
  if (!armsOf(pilot).includes(arm)) return [];
  return ratesOf(pilot.config).map((rate) => {
    const cells = pilot.cells.filter((cell) => cell.arm === `${arm}${suffixOf(rate)}`);
    const values = cells.map(({ status, metrics }) => status === "done" ? metrics[metric] : NaN);
    const numbers = values.filter((value): value is number => Number.isFinite(value));
    return numbers.length < pilot.seeds.length ? { rate } : { rate, score: mean(numbers) };
  });
}
