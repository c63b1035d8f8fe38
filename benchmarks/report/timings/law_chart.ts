/**
 * Measured overheads against those of the fitted law: a law that holds has its points on the line.
 *
 * @module
 */
import type { OverheadLaw } from "../../judge/timings/law.ts";
import { note } from "../blocks.ts";
import { seriesColor } from "../charts/theme.ts";
import type { Block, ChartSpec, ChartStyle } from "../document.ts";

/** An overhead of one row, in percent. */
interface Mark {
  /** The subject. */
  series: string;
  predicted: number;
  measured: number;
  /** Bounds of the measured one's interval, where there is one. */
  low?: number;
  high?: number;
}

/** The chart of the laws; nothing where none is fitted. */
export function lawFigure(laws: readonly OverheadLaw[]): Block[] {
  const marks = laws.flatMap(marksOf);
  if (marks.length === 0) return [];
  return [
    {
      kind: "figure",
      file: "law",
      alt: "Measured added step time against that by the fitted law",
      legend: [],
      rows: [[{ draw: (style) => spec(marks, style) }]],
    },
    note("Each point is a row of the sweep; on the dashed line measurement and law agree."),
  ];
}

function marksOf({ subject, points, time: law }: OverheadLaw): Mark[] {
  if (law === undefined) return [];
  return points.map(({ traffic, added, time }): Mark => ({
    series: subject.label,
    predicted: 100 * law.at(traffic).value,
    measured: 100 * added,
    ...(time.isInterval && { low: 100 * (time.low - 1), high: 100 * (time.high - 1) }),
  }));
}

function spec(marks: readonly Mark[], { theme, width }: ChartStyle): ChartSpec {
  const series = [...new Set(marks.map((mark) => mark.series))];
  const predicted = marks.map((mark) => mark.predicted);
  const ends = [Math.min(...predicted), Math.max(...predicted)].map((end) => ({
    predicted: end,
    measured: end,
  }));
  const quantitative = "quantitative" as const;
  const x = {
    field: "predicted",
    type: quantitative,
    title: "added to the plain step, by the law (%)",
    axis: { grid: false },
  };
  const y = { field: "measured", type: quantitative, title: "as measured (%)" };
  const color = {
    field: "series",
    type: "nominal" as const,
    title: null,
    scale: { domain: [...series], range: series.map((_, i) => seriesColor(theme, i)) },
    legend: { orient: "top" as const, columns: 1, labelLimit: 560, symbolOpacity: 1 },
  };
  return {
    width,
    height: 300,
    layer: [
      {
        data: { values: ends },
        mark: { type: "line", color: theme.text, strokeDash: [3, 3] },
        encoding: { x, y },
      },
      {
        data: { values: marks.filter(({ low }) => low !== undefined) },
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        data: { values: [...marks] },
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: { x, y, color },
      },
    ],
  };
}
