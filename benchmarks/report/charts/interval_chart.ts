import type { Block, ChartSpec, ChartStyle } from "../document.ts";
import { seriesColor } from "./theme.ts";

/** One row of a chart of intervals. */
export interface IntervalRow {
  /** What is compared. */
  label: string;
  /** The middle: a mean or a median. */
  value: number;
  /** Of the middle; none where there are too few values. */
  interval?: { low: number; high: number } | undefined;
  /** What the middle rests on, one dot each; empty where that would be too many. */
  values: readonly number[];
}

/** Pixels a row: its label stands above its bar. */
const rowHeight = 44;

/** Pixels from the middle of a row up to its label. */
const labelRise = 14;

/** Intervals below each other, on pages only; nothing where there are none. */
export function intervalFigure(
  rows: readonly IntervalRow[],
  title: string,
  alt: string,
): Block[] {
  if (rows.length === 0) return [];
  const draw = (style: ChartStyle) => intervalSpec(rows, title, style);
  return [{ kind: "figure", alt, legend: [], rows: [[{ draw }]] }];
}

/** Dots are values, diamonds their middles, bars their intervals; the dashed line is at 0. */
function intervalSpec(
  rows: readonly IntervalRow[],
  title: string,
  { theme, width }: ChartStyle,
): ChartSpec {
  const { text } = theme;
  const color = seriesColor(theme, 1);
  const sort = rows.map(({ label }) => label);
  const y = { field: "label", type: "nominal", sort, title: null, axis: null } as const;
  const scale = { scale: { zero: true }, axis: { tickCount: 5 } };
  const x = { field: "value", type: "quantitative", title, ...scale } as const;
  const bars = rows.flatMap(({ label, interval }) =>
    interval === undefined ? [] : [{ label, value: interval.low, high: interval.high }]
  );
  const dots = rows.flatMap(({ label, values }) => values.map((value) => ({ label, value })));
  const middles = rows.map(({ label, value }) => ({ label, value }));
  const middle = { type: "point", shape: "diamond", filled: true, color, size: 130 } as const;
  // A narrow page has no room for labels beside the plot.
  const words = { type: "text", align: "left", dy: -labelRise, color: text, fontSize: 12 } as const;
  return {
    width,
    height: rowHeight * rows.length,
    layer: [
      {
        data: { values: [{}] },
        mark: { type: "rule", color: text, strokeDash: [3, 3] },
        encoding: { x: { datum: 0, type: "quantitative" } },
      },
      {
        data: { values: bars },
        mark: { type: "rule", color, strokeWidth: 3 },
        encoding: { x, y, x2: { field: "high" } },
      },
      {
        data: { values: dots },
        mark: { type: "circle", color: text, size: 22, opacity: 0.45 },
        encoding: { x, y },
      },
      { data: { values: middles }, mark: { ...middle, opacity: 1 }, encoding: { x, y } },
      {
        data: { values: middles },
        mark: { ...words, limit: width },
        encoding: { x: { value: 0 }, y, text: { field: "label" } },
      },
    ],
  };
}
