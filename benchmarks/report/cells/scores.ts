/**
 * Means over seeds, and metrics as cells of tables.
 *
 * @module
 */
import { type CellRecord, hasFailed, type Interval } from "../../record/mod.ts";
import { meanInterval } from "../../judge/statistics/paired_t.ts";
import { mean } from "../../judge/statistics/summary.ts";
import { none } from "../../ground/format.ts";
import type { NumberCell } from "../document.ts";
import { doneValues, lowerIsBetter, metricDigits, type Row } from "./metrics.ts";

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

/**
 * The means of a metric, a cell for each row, with half of their intervals. The best is marked,
 * where no cell of its row failed: a mean of those that went well says too much.
 *
 * @param rows the rows
 * @param metric the metric's name
 */
export function scoreCells(rows: readonly Row[], metric: string): NumberCell[] {
  const sign = lowerIsBetter(metric) ? -1 : 1;
  const scores = rows.map((row) => scoreOf(row, metric));
  const ranks = rows.map(({ cells }, i) =>
    cells.some(hasFailed) ? NaN : sign * (scores[i]?.mean ?? NaN)
  );
  const [best, next] = ranks.filter(Number.isFinite).toSorted((a, b) => b - a);
  return scores.map((score, i) => ({
    value: score?.mean,
    digits: metricDigits(metric),
    half: score?.interval && (score.interval.high - score.interval.low) / 2,
    best: next !== undefined && best !== next && ranks[i] === best,
  }));
}

/** The metric of a cell, or how the cell ended without one. */
export function metricCell(cell: CellRecord | undefined, metric: string): NumberCell {
  const isDone = cell?.status === "done";
  const note = cell === undefined || isDone ? none : cell.status;
  const value = isDone ? cell.metrics[metric] : undefined;
  return { value, digits: metricDigits(metric), ...(value === undefined && { note }) };
}
