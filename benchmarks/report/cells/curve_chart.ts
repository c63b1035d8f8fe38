import { seriesColor } from "../charts/theme.ts";
import type { ChartSpec, ChartStyle, Theme } from "../document.ts";
import type { CurveChart, Mark } from "./curve_data.ts";

/** How curves are drawn. */
export interface CurveStyle extends ChartStyle {
  /** The labels of all rows, in the order of their colors. */
  labels: readonly string[];
  /** Of the plot, in pixels. */
  height: number;
}

/**
 * A chart of learning curves in vega-lite's language: thick lines are means, the shaded bands their
 * intervals, thin lines seeds, dashed ones seeds that failed, with a cross at their end.
 */
export function curveSpec(
  { marks, row, title, lastStep, range, log = false }: CurveChart,
  style: CurveStyle,
): ChartSpec {
  return {
    width: style.width,
    height: style.height,
    ...(style.alone && row !== undefined && { title: row }),
    data: { values: marks },
    encoding: {
      x: {
        field: "step",
        type: "quantitative",
        title: "optimizer step",
        scale: lastStep > 0 ? { domain: [0, lastStep], nice: false } : {},
        axis: { grid: false, tickCount: 5 },
      },
      y: {
        field: "value",
        type: "quantitative",
        title,
        scale: { domain: range, nice: true, ...(log ? { type: "log" } : { zero: false }) },
        axis: { tickCount: 5 },
      },
      color: color(style, row === undefined),
    },
    layer: layers(style.theme),
  };
}

function color({ labels, theme, alone }: CurveStyle, isShared: boolean) {
  const range = labels.map((_, i) => seriesColor(theme, i));
  const symbols = { symbolOpacity: 1, symbolStrokeWidth: 3, labelLimit: 300 };
  return {
    field: "row",
    type: "nominal" as const,
    title: null,
    scale: { domain: [...labels], range },
    legend: alone && isShared ? { symbolType: "stroke", ...symbols } : null,
  };
}

function layers(theme: Theme) {
  const of = (kind: Mark["kind"]) => [{ filter: `datum.kind === "${kind}"` }];
  const line = { type: "line" as const };
  const byLine = { detail: { field: "line", type: "nominal" as const } };
  return [
    {
      transform: of("band"),
      mark: { type: "area" as const, opacity: 0.18 },
      encoding: { y2: { field: "high" } },
    },
    {
      transform: of("reference"),
      mark: { ...line, strokeWidth: 1.5, opacity: 0.45 },
      encoding: { color: { value: theme.text } },
    },
    { transform: of("seed"), mark: { ...line, strokeWidth: 0.8, opacity: 0.55 }, encoding: byLine },
    {
      transform: of("failed"),
      mark: { ...line, strokeWidth: 1.2, strokeDash: [4, 3] },
      encoding: byLine,
    },
    { transform: of("mean"), mark: { ...line, strokeWidth: 2.5 } },
    {
      transform: of("end"),
      mark: { type: "point" as const, shape: "cross", angle: 45, size: 90, filled: true },
    },
  ];
}
