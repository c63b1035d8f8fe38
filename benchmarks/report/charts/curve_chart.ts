import type { CurveChart, Mark } from "./curve_data.ts";
import type { Charts } from "./render.ts";
import { seriesColor, type Theme } from "./theme.ts";

/** How a chart is drawn. */
export interface CurveStyle {
  theme: Theme;
  /** The labels of all rows, in the order of their colours. */
  labels: readonly string[];
  /** Of the plot, without axes, in pixels. */
  width: number;
  /** Of the plot, in pixels. */
  height: number;
  /** Whether it names its colours and its y axis; false where the page around it does. */
  alone: boolean;
}

/**
 * A chart of learning curves in vega-lite's language: thin lines are seeds, thick ones their mean,
 * the ground its interval, and a cross where a seed failed.
 *
 * @param chart the curves
 * @param style how it is drawn
 */
export function curveSpec(
  { marks, title, lastStep, range }: CurveChart,
  style: CurveStyle,
): Charts[number] {
  return {
    width: style.width,
    height: style.height,
    data: { values: marks },
    encoding: {
      x: {
        field: "step",
        type: "quantitative",
        title: "step",
        scale: lastStep > 0 ? { domain: [0, lastStep], nice: false } : {},
        axis: { grid: false, tickCount: 5 },
      },
      y: {
        field: "value",
        type: "quantitative",
        title: style.alone ? title : null,
        scale: { zero: false, domain: range },
        axis: { tickCount: 5 },
      },
      color: color(style),
    },
    layer: layers(),
  };
}

function color({ labels, theme, alone }: CurveStyle) {
  const range = labels.map((_, i) => seriesColor(theme, i));
  const symbols = { symbolOpacity: 1, symbolStrokeWidth: 3, labelLimit: 300 };
  return {
    field: "row",
    type: "nominal" as const,
    title: "arm",
    scale: { domain: [...labels], range },
    legend: alone ? { symbolType: "stroke", ...symbols } : null,
  };
}

function layers() {
  const of = (kind: Mark["kind"]) => [{ filter: `datum.kind === "${kind}"` }];
  const line = { type: "line" as const };
  return [
    {
      transform: of("band"),
      mark: { type: "area" as const, opacity: 0.14 },
      encoding: { y2: { field: "high" } },
    },
    {
      transform: of("seed"),
      mark: { ...line, strokeWidth: 0.8, opacity: 0.4 },
      encoding: { detail: { field: "line", type: "nominal" as const } },
    },
    { transform: of("mean"), mark: { ...line, strokeWidth: 2.5 } },
    {
      transform: of("failed"),
      mark: { type: "point" as const, shape: "cross", angle: 45, size: 90, filled: true },
    },
  ];
}
