/**
 * What weight standardization adds to a step against the work of the step, with intervals.
 *
 * @module
 */
import { type ComparedRow, isAddedByKernels } from "../../judge/timings/overheads.ts";
import { pixelsOf, rowName } from "../../judge/timings/rows.ts";
import { seriesColor } from "../charts/theme.ts";
import { note } from "../blocks.ts";
import type { Block, ChartSpec, ChartStyle, Theme } from "../document.ts";

/** An overhead in one row of the sweep. */
interface Mark {
  /** The subject, whose plain step it is compared with. */
  series: string;
  /** The row's values but the first key's: rows that share them are joined by a line. */
  group: string;
  pixels: number;
  percent: number;
  /** Bounds of the interval, where there is one. */
  low?: number;
  high?: number;
}

/** Series are shifted by this factor, as their bars would hide each other. */
const step = 1.05;

/** The chart of a sweep; nothing without an overhead over the plain step of the same engine. */
export function addedFigure(rows: readonly ComparedRow[]): Block[] {
  const marks = rows.flatMap(marksOf);
  if (marks.length === 0) return [];
  return [
    {
      kind: "figure",
      file: "overhead",
      alt: "Added step time against pixels a step",
      legend: [],
      rows: [[{ draw: (style) => spec(marks, style) }]],
    },
    note(
      "Bars are 95 % bootstrap intervals; series stand a little apart for the eye, and lines join " +
        "rows of the same image size or whatever else was swept after the first.",
    ),
  ];
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

function toPercent(ratio: number): number {
  return (ratio - 1) * 100;
}

function spec(marks: readonly Mark[], { theme, width }: ChartStyle): ChartSpec {
  const series = [...new Set(marks.map((mark) => mark.series))];
  const groups = [...new Set(marks.map((mark) => mark.group))];
  const apart = marks.map((mark) => ({
    ...mark,
    pixels: mark.pixels * step ** (series.indexOf(mark.series) - (series.length - 1) / 2),
  }));
  const bars = apart.filter(({ low }) => low !== undefined);
  const { x, y, shape, color } = encodings(series, groups, theme);
  const detail = { field: "group", type: "nominal" } as const;
  const line = { type: "line", opacity: 0.35 } as const;
  const point = { type: "point", filled: true, size: 70, opacity: 1 } as const;
  const bar = { ...y, field: "low" };
  return {
    width,
    height: 300,
    layer: [
      {
        data: { values: [{}] },
        mark: { type: "rule", color: theme.text, strokeDash: [3, 3] },
        encoding: { y: { datum: 0 } },
      },
      { data: { values: apart }, mark: line, encoding: { x, y, color, detail } },
      {
        data: { values: bars },
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x, y: bar, y2: { field: "high" }, color },
      },
      { data: { values: apart }, mark: point, encoding: { x, y, shape, color } },
    ],
  };
}

function encodings(series: readonly string[], groups: readonly string[], theme: Theme) {
  const quantitative = "quantitative" as const, nominal = "nominal" as const;
  const legend = { orient: "top" as const, symbolOpacity: 1 };
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
      legend: groups.length > 1 ? { ...legend, symbolFillColor: theme.text } : null,
    },
    color: {
      field: "series",
      type: nominal,
      title: null,
      scale: { domain: [...series], range: series.map((_, i) => seriesColor(theme, i)) },
      legend: { ...legend, columns: 1, labelLimit: 560, symbolType: "stroke" },
    },
  };
}
