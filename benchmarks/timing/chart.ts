/**
 * `overhead.svg` and `overhead-dark.svg`: what weight standardization adds to a step against the work
 * of the step, with intervals.
 *
 * @module
 */
import { drawSvg } from "../report/charts/render.ts";
import { dark, light, seriesColor, type Theme } from "../report/charts/theme.ts";
import type { ReportFile } from "../report/exporter.ts";
import { type ComparedRow, comparedRows, type Overhead } from "./overheads.ts";
import type { OverheadResult } from "./record.ts";
import { pixelsOf, rowName } from "./sweep.ts";

/** One comparison in one row. */
interface Mark {
  /** The subject, which is set against its plain step. */
  series: string;
  /** The row's values but the first key's: rows that share them are joined by a line. */
  group: string;
  pixels: number;
  percent: number;
  /** Bounds of the interval, where there is one. */
  low?: number;
  high?: number;
}

/** Neighbouring series stand apart by this factor: at one place their bars would hide each other. */
const step = 1.05;

/**
 * The charts of a sweep, for a light and a dark page; no file where nothing was swept or timed. The
 * same result gives the same bytes.
 *
 * @param result the record
 */
export async function chartFiles(result: OverheadResult): Promise<ReportFile[]> {
  const rows = result.sweep === undefined ? [] : comparedRows(result);
  if (!hasChart(rows)) return [];
  const marks = rows.flatMap(marksOf);
  const draw = (theme: Theme) => drawSvg([spec(marks, theme)], theme, 12);
  return [
    { path: "overhead.svg", content: await draw(light) },
    { path: "overhead-dark.svg", content: await draw(dark) },
  ];
}

/**
 * Whether there is anything to draw: a comparison with the plain step of the same engine.
 *
 * @param rows the rows of a sweep
 */
export function hasChart(rows: readonly ComparedRow[]): boolean {
  return rows.some(({ overheads }) => overheads.some(isAddedByKernels));
}

function marksOf(row: ComparedRow): Mark[] {
  const others = Object.fromEntries(Object.entries(row.values).slice(1));
  return row.overheads.filter(isAddedByKernels).map(({ subject, time }): Mark => ({
    series: subject.label,
    group: rowName(others),
    pixels: pixelsOf(row.config),
    percent: toPercent(time.median),
    ...(time.isInterval && { low: toPercent(time.low), high: toPercent(time.high) }),
  }));
}

/** Other comparisons, such as that with a peer, are not about standardization. */
function isAddedByKernels({ subject, over }: Overhead): boolean {
  return over.kernels === "plain" && subject.engine === over.engine &&
    subject.mode === over.mode && subject.work === over.work;
}

function toPercent(ratio: number): number {
  return (ratio - 1) * 100;
}

function spec(marks: readonly Mark[], theme: Theme) {
  const series = [...new Set(marks.map((mark) => mark.series))];
  const groups = [...new Set(marks.map((mark) => mark.group))];
  const apart = marks.map((mark) => ({
    ...mark,
    pixels: mark.pixels * step ** (series.indexOf(mark.series) - (series.length - 1) / 2),
  }));
  return {
    width: 560,
    height: 300,
    layer: layers(apart, encodings({ series, groups }, theme), theme),
  };
}

function encodings(
  { series, groups }: { series: readonly string[]; groups: readonly string[] },
  theme: Theme,
) {
  const quantitative = "quantitative" as const, nominal = "nominal" as const;
  const range = series.map((_, i) => seriesColor(theme, i));
  return {
    x: {
      field: "pixels",
      type: quantitative,
      title: "pixels a step: images · height · width",
      scale: { type: "log" as const, nice: false, padding: 20 },
      axis: { format: "~s", tickCount: 6, grid: false },
    },
    y: {
      field: "percent",
      type: quantitative,
      title: "added to the plain step (%)",
      axis: { tickCount: 6 },
    },
    shape: {
      field: "group",
      type: nominal,
      title: null,
      scale: { domain: [...groups] },
      legend: groups.length > 1
        ? { orient: "top" as const, symbolFillColor: theme.text, symbolOpacity: 1 }
        : null,
    },
    color: {
      field: "series",
      type: nominal,
      title: null,
      scale: { domain: [...series], range },
      legend: {
        orient: "top" as const,
        columns: 1,
        labelLimit: 560,
        symbolOpacity: 1,
        symbolType: "stroke",
      },
    },
  };
}

function layers(
  marks: readonly Mark[],
  { x, y, shape, color }: ReturnType<typeof encodings>,
  theme: Theme,
) {
  const bars = marks.filter(({ low }) => low !== undefined);
  const detail = { field: "group", type: "nominal" as const };
  return [
    {
      data: { values: [{}] },
      mark: { type: "rule" as const, color: theme.text, strokeDash: [3, 3] },
      encoding: { y: { datum: 0 } },
    },
    {
      data: { values: [...marks] },
      mark: { type: "line" as const, opacity: 0.35 },
      encoding: { x, y, color, detail },
    },
    {
      data: { values: bars },
      mark: { type: "rule" as const, strokeWidth: 2 },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
    },
    {
      data: { values: [...marks] },
      mark: { type: "point" as const, filled: true, size: 70, opacity: 1 },
      encoding: { x, y, shape, color },
    },
  ];
}
