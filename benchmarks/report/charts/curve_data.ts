/**
 * What the learning curves show: each seed, their mean, and the mean's interval.
 *
 * @module
 */
import { type CellRecord, hasFailed, type Result } from "../../record/mod.ts";
import { meanInterval } from "../../judge/statistics/paired_t.ts";
import { mean } from "../../judge/statistics/summary.ts";
import { mainMetric, metricLabel, type Row, rowsOf } from "../metrics.ts";

/** Points a line at most: the losses of as many stretches of steps are averaged. */
const mostPoints = 150;

/** Points that all seeds of a chart have at most: with more of them only means are drawn. */
const mostSeedPoints = 12_000;

/** With two seeds Student's t makes the interval 13 standard errors wide: it would hide the rest. */
const fewestForBand = 3;

interface Point {
  step: number;
  value: number;
}

/** One point of a line of the chart. */
export interface Mark extends Point {
  /** The label of the arm, with the row of the sweep. */
  row: string;
  /** Tells lines of a row apart. */
  line: string;
  kind: "seed" | "mean" | "band" | "failed";
  /** The upper end of a band, whose lower end is the value. */
  high?: number;
}

/** One chart. */
export interface CurveChart {
  /** What the y axis shows. */
  title: string;
  /** The last step that any cell took. */
  lastStep: number;
  /** The smallest and the largest value of any seed. */
  range: [low: number, high: number];
  marks: Mark[];
}

/**
 * The curves of a result: the training loss and the main metric against steps.
 *
 * @param result the result
 * @returns a chart for each of the two that has a finite value
 */
export function curveCharts(result: Result): CurveChart[] {
  const metric = mainMetric(result);
  const rows = rowsOf(result);
  const last = Math.max(...result.cells.map(({ curve }) => curve.at(-1)?.step ?? 0), 0);
  const width = Math.max(1, Math.ceil(last / mostPoints));
  const stretch = width > 1 ? `, mean of ${width} steps` : "";
  return [
    curveChart(rows, last, `training loss${stretch}`, (cell) => lossPoints(cell, width)),
    ...(metric === undefined
      ? []
      : [curveChart(rows, last, metricLabel(metric), (cell) => metricPoints(cell, metric))]),
  ].filter(({ marks }) => marks.length > 0);
}

function curveChart(
  rows: Row[],
  lastStep: number,
  title: string,
  points: (cell: CellRecord) => Point[],
): CurveChart {
  const all = rows.flatMap((row) => marksOf(row, points));
  const seeds = all.filter(({ kind }) => kind === "seed");
  const low = seeds.reduce((least, { value }) => Math.min(least, value), Infinity);
  const high = seeds.reduce((most, { value }) => Math.max(most, value), -Infinity);
  const shown = seeds.length > mostSeedPoints ? all.filter(({ kind }) => kind !== "seed") : all;
  return { title, lastStep, range: [low, high], marks: within(shown, low, high) };
}

/** A band ends at the chart's edge. */
function within(marks: Mark[], low: number, high: number): Mark[] {
  return marks.map((mark) =>
    mark.high === undefined
      ? mark
      : { ...mark, value: Math.max(low, mark.value), high: Math.min(high, mark.high) }
  );
}

/** The mean of the finite losses of every stretch of `width` steps. */
function lossPoints({ curve }: CellRecord, width: number): Point[] {
  const finite = curve.filter(({ loss }) => Number.isFinite(loss));
  const stretches = Map.groupBy(finite, ({ step }) => Math.ceil(step / width));
  return [...stretches.values()].map((points) => ({
    step: Math.max(...points.map(({ step }) => step)),
    value: mean(points.map(({ loss }) => loss)),
  }));
}

function metricPoints({ evaluations }: CellRecord, metric: string): Point[] {
  return evaluations.map(({ step, metrics }) => ({ step, value: metrics[metric] ?? NaN }));
}

/** The lines of one row: its seeds, their mean, its interval, and a cross where a seed failed. */
function marksOf({ label: row, cells }: Row, points: (cell: CellRecord) => Point[]): Mark[] {
  const lines = cells.map((cell) => ({
    cell,
    finite: points(cell).filter(({ value }) => Number.isFinite(value)),
  }));
  const seeds = lines.flatMap(({ cell, finite }) =>
    finite.map((point): Mark => ({ ...point, row, line: `${cell.seed}`, kind: "seed" }))
  );
  const ends = lines.filter(({ cell }) => hasFailed(cell))
    .flatMap(({ finite }) => finite.slice(-1))
    .map((point): Mark => ({ ...point, row, line: "failed", kind: "failed" }));
  const done = lines.filter(({ cell }) => cell.status === "done").map(({ finite }) => finite);
  return [...seeds, ...meansOf(row, done), ...ends];
}

/** The mean, and its interval, at every step where all lines have a point. */
function meansOf(row: string, lines: Point[][]): Mark[] {
  const steps = [...Map.groupBy(lines.flat(), ({ step }) => step)]
    .filter(([, points]) => points.length === lines.length)
    .sort(([a], [b]) => a - b);
  return steps.flatMap(([step, points]) => {
    const values = points.map(({ value }) => value);
    const middle: Mark = { step, value: mean(values), row, line: "mean", kind: "mean" };
    const interval = values.length < fewestForBand ? undefined : meanInterval(values);
    if (interval === undefined) return [middle];
    const { low: value, high } = interval;
    return [{ step, value, high, row, line: "band", kind: "band" }, middle];
  });
}
