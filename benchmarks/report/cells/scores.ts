/**
 * Means over seeds, and metrics as cells of tables.
 *
 * @module
 */
import { type CellRecord, hasFailed, type Interval } from "../../record/mod.ts";
import { meanInterval } from "../../judge/statistics/paired_t.ts";
import { mean } from "../../judge/statistics/summary.ts";
import type { NumberCell } from "../document.ts";
import { lowerIsBetter, metricDigits, type Row } from "./metrics.ts";

/** A mean over seeds. */
export interface Score {
  /** How many cells are done and have the metric. */
  n: number;
  mean: number;
  /** Of the mean; none for one cell. */
  interval?: Interval;
}

/**
 * The mean of a metric over the finished cells of a row; nothing where none has it.
 */
export function scoreOf({ done }: Row, metric: string): Score | undefined {
  const values = done.map(({ metrics }) => metrics[metric] ?? NaN).filter(Number.isFinite);
  if (values.length === 0) return undefined;
  const interval = meanInterval(values);
  return { n: values.length, mean: mean(values), ...(interval !== undefined && { interval }) };
}

/**
 * The means of a metric, a cell for each row, with half of their intervals. The best is marked,
 * where no cell of its row failed: the mean of the others would flatter it.
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
    note: rows[i]!.refused === undefined ? undefined : "refused",
    half: score?.interval && (score.interval.high - score.interval.low) / 2,
    best: next !== undefined && best !== next && ranks[i] === best,
  }));
}

/** The metric of a cell, or how the cell ended without one. */
export function metricCell(cell: CellRecord | undefined, metric: string): NumberCell {
  const isDone = cell?.status === "done";
  const value = isDone ? cell.metrics[metric] : undefined;
  const note = value === undefined && !isDone ? cell?.status : undefined;
  return { value, digits: metricDigits(metric), note };
}
