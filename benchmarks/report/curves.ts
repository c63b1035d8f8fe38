/**
 * `curves.svg`: the training loss and the main metric against steps. Each seed is a thin line, the
 * mean over an arm's finished cells a thick one.
 *
 * @module
 */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { CellRecord, Result } from "../result.ts";
import { mean } from "../statistics/summary.ts";
import { mainMetric, metricLabel, type Row, rowsOf } from "./metrics.ts";
import type { ReportFile } from "./exporter.ts";

/** Points a line at most: the losses of as many stretches of steps are averaged. */
const mostPoints = 150;

interface Point {
  step: number;
  value: number;
}

/** One point of a line of the chart. */
interface Mark extends Point {
  row: string;
  /** Tells lines of a row apart. */
  line: string;
  kind: "seed" | "mean" | "failed";
}

/**
 * Whether there is anything to draw: a finite loss, or an evaluation with the main metric.
 *
 * @param result the result
 */
export function hasCurves(result: Result): boolean {
  const metric = mainMetric(result);
  return result.cells.some(({ curve, evaluations }) =>
    curve.some(({ loss }) => Number.isFinite(loss)) ||
    evaluations.some(({ metrics }) => metric !== undefined && Number.isFinite(metrics[metric]))
  );
}

/**
 * The learning curves of a result; no file without {@linkcode hasCurves}. The same result gives the
 * same bytes.
 *
 * @param result the result
 */
export async function curveFiles(result: Result): Promise<ReportFile[]> {
  if (!hasCurves(result)) return [];
  const metric = mainMetric(result);
  const rows = rowsOf(result);
  const last = Math.max(...result.cells.map(({ curve }) => curve.at(-1)?.step ?? 0), 0);
  const width = Math.max(1, Math.ceil(last / mostPoints));
  const losses = rows.flatMap((row) => marksOf(row, (cell) => lossPoints(cell, width)));
  const metrics = metric === undefined
    ? []
    : rows.flatMap((row) => marksOf(row, (cell) => metricPoints(cell, metric)));
  const charts = [
    ...(losses.length > 0
      ? [chart(losses, last, `training loss${width > 1 ? `, mean of ${width} steps` : ""}`)]
      : []),
    ...(metrics.length > 0 ? [chart(metrics, last, metricLabel(String(metric)))] : []),
  ];
  return [{ path: "curves.svg", content: await svg(charts, rows) }];
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

/** The lines of one row: its seeds, their mean, and a cross where a seed failed. */
function marksOf({ label, cells }: Row, points: (cell: CellRecord) => Point[]): Mark[] {
  const lines = cells.map((cell) => ({
    cell,
    finite: points(cell).filter(({ value }) => Number.isFinite(value)),
  }));
  const seeds = lines.flatMap(({ cell, finite }) =>
    finite.map((point): Mark => ({ ...point, row: label, line: `${cell.seed}`, kind: "seed" }))
  );
  const ends = lines.filter(({ cell }) => cell.status === "failed")
    .flatMap(({ finite }) => finite.slice(-1))
    .map((point): Mark => ({ ...point, row: label, line: "failed", kind: "failed" }));
  const done = lines.filter(({ cell }) => cell.status === "done").map(({ finite }) => finite);
  const means = meanPoints(done)
    .map((point): Mark => ({ ...point, row: label, line: "mean", kind: "mean" }));
  return [...seeds, ...means, ...ends];
}

/** The mean at every step where all lines have a point. */
function meanPoints(lines: Point[][]): Point[] {
  const steps = Map.groupBy(lines.flat(), ({ step }) => step);
  return [...steps].filter(([, points]) => points.length === lines.length)
    .map(([step, points]) => ({ step, value: mean(points.map(({ value }) => value)) }))
    .sort((a, b) => a.step - b.step);
}

/** Dark enough for a white ground, apart for most colour-blind eyes (Okabe and Ito). */
const lineColors = ["#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

function chart(marks: Mark[], last: number, title: string) {
  const of = (kind: Mark["kind"]) => [{ filter: `datum.kind === "${kind}"` }];
  const detail = { field: "line", type: "nominal" as const };
  return {
    width: 560,
    height: 240,
    data: { values: marks },
    encoding: {
      x: {
        field: "step",
        type: "quantitative" as const,
        title: "step",
        scale: last > 0 ? { domain: [0, last], nice: false } : {},
      },
      y: {
        field: "value",
        type: "quantitative" as const,
        title,
        scale: { zero: false },
      },
    },
    layer: [
      {
        transform: of("seed"),
        mark: { type: "line" as const, strokeWidth: 0.8, opacity: 0.4 },
        encoding: { detail },
      },
      { transform: of("mean"), mark: { type: "line" as const, strokeWidth: 2.5 } },
      {
        transform: of("failed"),
        mark: { type: "point" as const, shape: "cross", angle: 45, size: 90, filled: true },
      },
    ],
  };
}

async function svg(charts: ReturnType<typeof chart>[], rows: Row[]): Promise<string> {
  const domain = rows.map(({ label }) => label);
  const range = domain.map((_, i) => lineColors[i % lineColors.length] as string);
  const legend = { symbolOpacity: 1, symbolStrokeWidth: 3, labelLimit: 300 };
  const scale = { domain, range };
  const color = { field: "row", type: "nominal" as const, title: "arm", scale, legend };
  const spec: TopLevelSpec = {
    background: "white",
    padding: 12,
    vconcat: charts.map((chart) => ({ ...chart, encoding: { ...chart.encoding, color } })),
    config: { font: "sans-serif", axis: { labelColor: "#222", titleColor: "#222" } },
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
