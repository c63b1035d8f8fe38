/**
 * A metric against an axis of numbers, a line for each combination of the other axes' levels.
 *
 * @module
 */
import type { Axis, Grid } from "../../experiments/grid.ts";
import type { Result } from "../../record/mod.ts";
import { seriesColor } from "../charts/theme.ts";
import type { Block, ChartSpec, ChartStyle } from "../document.ts";
import { linesOf } from "./grid_layout.ts";
import { metricLabel, rowsOf } from "./metrics.ts";
import { scoreOf } from "./scores.ts";

/** The mean of an arm's seeds. */
interface Mark {
  /** The line's label. */
  line: string;
  x: number;
  value: number;
  /** Bounds of the mean's interval, where there is one. */
  low?: number;
  high?: number;
}

/** In pixels: of the plot, and between the intervals of lines at one number. */
const height = 260, apart = 4;

/** The chart; nothing where no axis is of numbers, or no arm has a score. */
export function gridFigure(result: Result, grid: Grid, metric: string): Block[] {
  const found = linesOf(grid);
  if (found === undefined) return [];
  const rows = rowsOf(result);
  const marks = found.lines.flatMap(({ label, arms }) =>
    arms.flatMap((arm, i): Mark[] => {
      const row = rows.find((row) => row.arm === arm);
      const score = row && scoreOf(row, metric);
      if (score === undefined) return [];
      const { mean, interval } = score;
      const bounds = interval && { low: interval.low, high: interval.high };
      return [{ line: label, x: Number(found.x.levels[i]), value: mean, ...bounds }];
    })
  );
  if (marks.length === 0) return [];
  const labels = found.lines.map(({ label }) => label);
  const title = metricLabel(metric);
  return [{
    kind: "figure",
    file: "grid",
    alt: `${title} against ${found.x.label}: means over seeds, and their 95 % intervals`,
    legend: labels,
    rows: [[{ draw: (style) => spec(marks, { labels, title, x: found.x }, style) }]],
  }];
}

/** What the axes and the colors stand for. */
interface Names {
  labels: readonly string[];
  title: string;
  x: Axis;
}

function spec(
  marks: readonly Mark[],
  { labels, title, x: { label, levels, scale = "linear" } }: Names,
  { theme, width, alone }: ChartStyle,
): ChartSpec {
  const x = {
    field: "x",
    type: "quantitative",
    title: label,
    scale: { type: scale, nice: false, padding: 12, ...(scale === "linear" && { zero: false }) },
    axis: { grid: false, values: levels.map(Number), labelOverlap: true },
  } as const;
  const y = {
    field: "value",
    type: "quantitative",
    title,
    scale: { zero: false },
    axis: { tickCount: 5 },
  } as const;
  const color = {
    field: "line",
    type: "nominal",
    title: null,
    scale: { domain: [...labels], range: labels.map((_, i) => seriesColor(theme, i)) },
    legend: alone ? { symbolType: "stroke", symbolStrokeWidth: 3, labelLimit: 300 } : null,
  } as const;
  const layer = labels.flatMap((label, i) =>
    lineLayers(
      marks.filter(({ line }) => line === label),
      apart * (i - (labels.length - 1) / 2),
    )
  );
  return { width, height, encoding: { x, y, color }, layer };
}

/** One line with its intervals, beside the others' by some pixels. */
function lineLayers(marks: readonly Mark[], xOffset: number) {
  const bars = marks.flatMap(({ low, high, ...mark }) =>
    low === undefined ? [] : [{ ...mark, value: low, high }]
  );
  const values = [...marks];
  return [
    {
      data: { values: bars },
      mark: { type: "rule" as const, strokeWidth: 1.5, opacity: 0.7, xOffset },
      encoding: { y2: { field: "high" } },
    },
    { data: { values }, mark: { type: "line" as const, strokeWidth: 2, xOffset } },
    {
      data: { values },
      mark: { type: "point" as const, filled: true, size: 50, opacity: 1, xOffset },
    },
  ];
}
