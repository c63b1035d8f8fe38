/**
 * Metrics, differences and times as the texts that tables show.
 *
 * @module
 */
import type { CellRecord } from "../record/mod.ts";
import {
  type Interval,
  meanInterval,
  type PairedDifference,
} from "../judge/statistics/paired_t.ts";
import { mean } from "../judge/statistics/summary.ts";
import { bounds, fixed, none, signed } from "../ground/format.ts";
import { doneValues, metricDigits, type Row } from "./metrics.ts";

/** A mean over seeds. */
export interface Score {
  /** How many cells are done and have the metric. */
  n: number;
  mean: number;
  /** Of the mean; none for one cell. */
  interval?: Interval;
}

/**
 * The mean of a metric over the finished cells of a row.
 *
 * @returns nothing where no finished cell has the metric
 */
export function scoreOf({ cells }: Row, metric: string): Score | undefined {
  const values = doneValues(cells, metric);
  if (values.length === 0) return undefined;
  const interval = meanInterval(values);
  return { n: values.length, mean: mean(values), ...(interval !== undefined && { interval }) };
}

/** A mean with the half of its interval, such as `40.12 ± 0.31`. */
export function scoreText(score: Score | undefined, metric: string): string {
  if (score === undefined) return none;
  const digits = metricDigits(metric);
  const { mean, interval } = score;
  if (interval === undefined) return fixed(mean, digits);
  return `${fixed(mean, digits)} ± ${fixed((interval.high - interval.low) / 2, digits)}`;
}

/** The metric of a cell, or how the cell ended without one. */
export function cellText(cell: CellRecord | undefined, metric: string): string {
  if (cell === undefined) return none;
  return cell.status === "done" ? fixed(cell.metrics[metric], metricDigits(metric)) : cell.status;
}

/** Count, mean and interval of a difference. */
export function differenceTexts(
  difference: PairedDifference | undefined,
): [n: string, mean: string, interval: string] {
  if (difference === undefined) return ["0", none, none];
  const { n, mean, interval } = difference;
  const range = interval === undefined ? "none: one pair" : bounds(interval, 2);
  return [`${n}`, signed(mean, 2), range];
}

/** A p-value. */
export function pText(pValue: number | undefined): string {
  return pValue !== undefined && pValue < 0.001 ? "< 0.001" : fixed(pValue, 3);
}
