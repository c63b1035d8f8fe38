/**
 * The lines of learning curves: the mean of the seeds with its interval, or each of few seeds.
 *
 * @module
 */
import { type CellRecord, hasFailed, type Result } from "../../record/mod.ts";
import { meanInterval } from "../../judge/statistics/paired_t.ts";
import { mean } from "../../judge/statistics/summary.ts";
import { mainMetric, metricLabel, type Row, rowsOf } from "./metrics.ts";

/** The most points of a line: losses are averaged over as many stretches of steps. */
const mostPoints = 150;

/**
 * With two seeds Student's t makes the interval 13 standard errors wide: it would hide the rest.
 */
const fewestForBand = 3;

/** From here on each arm has a panel of its own: the lines of more could not be told apart. */
const fewestForPanels = 4;

/** With more arms one panel shows all means. */
const mostPanels = 12;

/** A point of a cell's line. */
export interface Point {
  step: number;
  value: number;
}

/** A point of a line. */
export interface Mark extends Point {
  /** The arm's label. */
  row: string;
  /** Tells lines of a row apart. */
  line: string;
  /** `reference` is the mean of the first arm, beside another arm's. */
  kind: "seed" | "mean" | "band" | "failed" | "end" | "reference";
  /** The upper end of a band, whose lower end is the value. */
  high?: number;
}

export interface CurveChart {
  /** The arm, where each has a panel of its own. */
  row?: string;
  /** What the y axis shows. */
  title: string;
  /** The last step that any cell took. */
  lastStep: number;
  /** The smallest and the largest value shown in any panel of the same kind. */
  range: [low: number, high: number];
  marks: Mark[];
  /** Whether the y axis is logarithmic: every value is above 0 then. */
  log?: boolean;
}

/**
 * The curves of a result: the training loss and the main metric against steps. From four arms on
 * each has a panel of its own, with the first arm's mean. A chart without a line is left out: the
 * metric's of a run that evaluates at its end alone.
 */
export function curveCharts(result: Result): CurveChart[] {
  const metric = mainMetric(result);
  const rows = rowsOf(result);
  const last = lastStep(result);
  const width = lossStretch(result);
  return [
    ...panels(rows, last, "training loss", (cell) => lossPoints(cell, width)),
    ...(metric === undefined
      ? []
      : panels(rows, last, metricLabel(metric), (cell) => metricPoints(cell, metric))),
  ];
}

/** How many steps each point of the loss averages. */
export function lossStretch(result: Result): number {
  return Math.max(1, Math.ceil(lastStep(result) / mostPoints));
}

/** The last step that any cell took. */
export function lastStep({ cells }: Result): number {
  return Math.max(...cells.map(({ curve }) => curve.at(-1)?.step ?? 0), 0);
}

/**
 * Charts of lines: one for all arms, or from four arms on one for each, with the first arm's mean.
 *
 * @param lastStep where the x axis ends
 * @param points the line of a cell
 * @returns nothing where no line has two finite values
 */
export function panels(
  rows: readonly Row[],
  lastStep: number,
  title: string,
  points: (cell: CellRecord) => Point[],
): CurveChart[] {
  const all = rows.map((row) => marksOf(row, points));
  const banded = all.every(({ done }) => done === 0 || done >= fewestForBand);
  const drawn = all.map(({ marks }) =>
    marks.filter(({ kind }) => kind !== (banded ? "seed" : "band"))
  );
  const marks = drawn.flat();
  if (!marks.some(isOfLine)) return [];
  const low = marks.reduce((least, { value }) => Math.min(least, value), Infinity);
  const high = marks.reduce((most, { value, high = value }) => Math.max(most, high), -Infinity);
  const shared = { title, lastStep, range: [low, high] as [number, number] };
  if (rows.length < fewestForPanels) return [{ ...shared, marks }];
  if (rows.length > mostPanels) {
    return [{ ...shared, marks: marks.filter(({ kind }) => kind === "mean") }];
  }
  const reference = marks.filter(({ kind, row }) => kind === "mean" && row === rows[0]!.label)
    .map((mark): Mark => ({ ...mark, kind: "reference" }));
  return rows.map(({ label }, i) => ({
    ...shared,
    row: label,
    marks: i === 0 ? drawn[i]! : [...reference, ...drawn[i]!],
  }));
}

/** Whether a line leads to this point, or away from it. */
function isOfLine({ row, line, kind, step }: Mark, _: number, marks: readonly Mark[]): boolean {
  return marks.some((other) =>
    other.row === row && other.line === line && other.kind === kind && other.step !== step
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

/**
 * The lines of one row, and how many cells its mean averages; a cross marks where a seed failed.
 */
function marksOf(
  { label: row, cells }: Row,
  points: (cell: CellRecord) => Point[],
): { done: number; marks: Mark[] } {
  const lines = cells.map((cell) => ({
    cell,
    finite: points(cell).filter(({ value }) => Number.isFinite(value)),
  }));
  const done = lines.filter(({ cell, finite }) => cell.status === "done" && finite.length > 0)
    .map(({ finite }) => finite);
  const others = lines.filter(({ cell }) => done.length > 1 || cell.status !== "done");
  const seeds = others.flatMap(({ cell, finite }) =>
    finite.map((point): Mark => ({
      ...point,
      row,
      line: `${cell.seed}`,
      kind: hasFailed(cell) ? "failed" : "seed",
    }))
  );
  const ends = lines.filter(({ cell }) => hasFailed(cell))
    .flatMap(({ finite }) => finite.slice(-1))
    .map((point): Mark => ({ ...point, row, line: "end", kind: "end" }));
  return { done: done.length, marks: [...seeds, ...meansOf(row, done), ...ends] };
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
