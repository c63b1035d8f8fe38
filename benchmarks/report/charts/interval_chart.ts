import type { Block, ChartSpec, ChartStyle, Theme } from "../document.ts";
import { seriesColor } from "./theme.ts";

/** One row of a chart of intervals. */
export interface IntervalRow {
  /** What is compared. */
  label: string;
  /** The middle: a mean or a median. */
  value: number;
  /** Of the middle; none where there are too few values. */
  interval?: { low: number; high: number };
  /** What the middle rests on, one dot each; empty where that would be too many. */
  values: readonly number[];
}

/** Pixels a row: its label stands above its bar. */
const rowHeight = 44;

/** Pixels from the middle of a row up to its label. */
const labelRise = 14;

/**
 * Intervals beside each other as a figure of a page.
 *
 * @param rows the intervals
 * @param title what the x axis shows
 * @param alt what the chart shows, for those who do not see it
 * @returns nothing where there are none
 */
export function intervalFigure(
  rows: readonly IntervalRow[],
  title: string,
  alt: string,
): Block[] {
  if (rows.length === 0) return [];
  const draw = ({ theme, width }: ChartStyle) => intervalSpec(rows, { title, theme, width });
  return [{ kind: "figure", alt, legend: [], rows: [[{ draw }]] }];
}

/**
 * Intervals beside each other in vega-lite's language: a dot is a value, a diamond their middle, a
 * bar its interval, and a line stands where there is no difference.
 *
 * @param rows the intervals
 * @param style the x axis' title, the colours, and the plot's width in pixels
 */
function intervalSpec(
  rows: readonly IntervalRow[],
  { title, theme, width }: { title: string; theme: Theme; width: number },
): ChartSpec {
  const y = {
    field: "label",
    type: "nominal" as const,
    sort: rows.map(({ label }) => label),
    title: null,
    axis: null,
  };
  return {
    width,
    height: rowHeight * rows.length,
    layer: [
      zero(theme),
      ...marks(rows, theme, { x: xAxis(title), y }),
      { ...labels(rows, theme, width), encoding: { x: { value: 0 }, y, text: { field: "label" } } },
    ],
  };
}

function xAxis(title: string) {
  const type = "quantitative" as const;
  return { field: "value", type, title, scale: { zero: true }, axis: { tickCount: 5 } };
}

function zero({ text }: Theme) {
  return {
    data: { values: [{}] },
    mark: { type: "rule" as const, color: text, strokeDash: [3, 3] },
    encoding: { x: { datum: 0, type: "quantitative" as const } },
  };
}

function marks<E extends object>(rows: readonly IntervalRow[], theme: Theme, encoding: E) {
  const color = seriesColor(theme, 1);
  const bars = rows.flatMap(({ label, interval }) =>
    interval === undefined ? [] : [{ label, value: interval.low, high: interval.high }]
  );
  const dots = rows.flatMap(({ label, values }) => values.map((value) => ({ label, value })));
  const middles = rows.map(({ label, value }) => ({ label, value }));
  return [
    {
      data: { values: bars },
      mark: { type: "rule" as const, color, strokeWidth: 3 },
      encoding: { ...encoding, x2: { field: "high" } },
    },
    {
      data: { values: dots },
      mark: { type: "circle" as const, color: theme.text, size: 22, opacity: 0.45 },
      encoding,
    },
    {
      data: { values: middles },
      mark: {
        type: "point" as const,
        shape: "diamond",
        filled: true,
        color,
        size: 130,
        opacity: 1,
      },
      encoding,
    },
  ];
}

/** Beside the plot they would need room that a narrow page does not have. */
function labels(rows: readonly IntervalRow[], { text: color }: Theme, limit: number) {
  return {
    data: { values: rows.map(({ label }) => ({ label })) },
    mark: {
      type: "text" as const,
      align: "left" as const,
      dy: -labelRise,
      color,
      fontSize: 12,
      limit,
    },
  };
}
