/**
 * The learning curves of a result: the training loss and the main metric against steps.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { note } from "../blocks.ts";
import type { Block, Chart } from "../document.ts";
import { rowsOf } from "./metrics.ts";
import { curveSpec } from "./curve_chart.ts";
import { type CurveChart, curveCharts, lossStretch } from "./curve_data.ts";

/** In pixels, of a chart of all arms and of one arm's panel. */
const shared = { width: 340, height: 210 }, panel = { width: 200, height: 140 };

/** The curves, and how to read them; nothing where no cell has a finite loss or metric. */
export function curveBlocks(result: Result): Block[] {
  const charts = curveCharts(result);
  if (charts.length === 0) return [];
  const labels = rowsOf(result).map(({ label }) => label);
  const kinds = [...Map.groupBy(charts, ({ title }) => title).values()];
  return [
    note(curvesNote(result, charts)),
    {
      kind: "figure",
      file: "curves",
      alt: `${kinds.map(([chart]) => chart!.title).join(" and ")} against optimizer steps`,
      legend: labels,
      rows: kinds.some((kind) => kind.length > 1)
        ? kinds.map((kind) => kind.map((chart) => drawing(chart, labels)))
        : [charts.map((chart) => drawing(chart, labels))],
    },
  ];
}

/** A chart of curves, drawn. */
export function drawing(chart: CurveChart, labels: readonly string[]): Chart {
  const { row, title } = chart;
  const { width, height } = row === undefined ? shared : panel;
  return {
    title: row === undefined ? title : `${row}: ${title}`,
    draw: (style) => curveSpec(chart, { ...style, labels, height, ...(style.alone && { width }) }),
  };
}

function curvesNote(result: Result, charts: readonly CurveChart[]): string {
  const has = (...kinds: string[]) =>
    charts.some(({ marks }) => marks.some(({ kind }) => kinds.includes(kind)));
  const end = result.cells.some(({ status }) => status === "broken")
    ? "the loss stopped being finite, or an error ended it"
    : "the loss stopped being finite";
  const stretch = lossStretch(result);
  const parts = [
    has("band")
      ? "Lines are means over the finished seeds, the shaded ground their 95 % interval"
      : has("seed")
      ? "Thin lines are seeds, thick ones the mean of the finished ones"
      : "Each line is one seed",
    ...(has("reference") ? [`gray is the mean of ${result.arms[0]?.label}`] : []),
    ...(has("end") ? [`a dashed line is a seed that failed: at the cross ${end}`] : []),
    ...(stretch > 1 ? [`the loss is the mean of ${stretch} steps`] : []),
  ];
  return `${parts.join("; ")}.`;
}
