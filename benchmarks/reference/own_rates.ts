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

/** Points of the metric, in percent, within which a lower rate is as good. */
const asGood = 0.2;

/**
 * An arm's own rate: the one of its highest mean metric over the pilot's seeds; of those within 0.2
 * points of it the lowest. A rate at which a seed did not end has no mean.
 *
 * @param pilot a run over learning rates, whose metric is in percent
 * @param arm as it is called without a rate
 * @param name of the pilot, for errors
 * @throws {UsageError} if it is no such run, has no such arm (suggests the nearest), no rate at which
 * all seeds ended, or the metric does not fall on both sides of the best rate
 */
export function ownRate(pilot: Result, arm: string, name: string): number {
  const rates = ratesOf(pilot.config).toSorted((a, b) => a - b);
  const names = [...new Set(pilot.arms.map(({ name }) => nameBefore(name, rates)))];
  if (!names.includes(arm)) throw unknownName(`arm of ${name}`, arm, names);
  const scores = rates.map((rate) => scoreAt(pilot, `${arm}${suffixOf(rate)}`));
  const best = Math.max(...scores.filter((score) => score !== undefined));
  const place = scores.indexOf(best);
  const end = place === 0 ? "lowest" : place === rates.length - 1 ? "highest" : undefined;
  if (place < 0 || end !== undefined) {
    throw new UsageError(
      `Cannot take the rate of ${arm} from ${name} as its metric must fall on both sides of the best ` +
        `rate: ${
          place < 0 ? "no rate has all seeds" : `the best, ${rates[place]}, is the ${end}`
        }; ` +
        "continue the grid there",
    );
  }
  return rates[scores.findIndex((score) => score !== undefined && score >= best - asGood)]!;
}

/** The mean over all seeds; nothing where one of them did not end. */
function scoreAt(pilot: Result, arm: string): number | undefined {
  const metric = mainMetric(pilot) ?? "";
  const cells = pilot.cells.filter((cell) => cell.arm === arm);
  const values = cells.map(({ status, metrics }) =>
    status === "done" ? metrics[metric] : undefined
  );
  const numbers = values.filter((value) => value !== undefined && Number.isFinite(value));
  return numbers.length < pilot.seeds.length ? undefined : mean(numbers as number[]);
}
