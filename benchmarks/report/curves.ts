/**
 * `curves.svg` and `curves-dark.svg`: the training loss and the main metric against steps. Each seed
 * is a thin line, the mean over an arm's finished cells a thick one, its 95 % interval the ground.
 *
 * @module
 */
import type { Result } from "../record/mod.ts";
import { curveSpec } from "./charts/curve_chart.ts";
import { curveCharts } from "./charts/curve_data.ts";
import { drawSvg } from "./charts/render.ts";
import { dark, light } from "./charts/theme.ts";
import type { ReportFile } from "./exporter.ts";
import { mainMetric, rowsOf } from "./metrics.ts";

/**
 * How to read the curves, for a line beside them.
 *
 * @param result the result
 */
export function curvesNote({ cells }: Result): string {
  const cross = cells.some(({ status }) => status === "broken")
    ? "a loss stopped being finite, or an error came"
    : "a loss stopped being finite";
  return "Thin lines are seeds, thick ones the mean of the finished, shaded its 95 % interval where " +
    `three or more finished; a cross is where ${cross}.`;
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
 * The learning curves of a result, for a light and for a dark page; no file without
 * {@linkcode hasCurves}. The same result gives the same bytes.
 *
 * @param result the result
 */
export async function curveFiles(result: Result): Promise<ReportFile[]> {
  if (!hasCurves(result)) return [];
  const charts = curveCharts(result);
  const labels = rowsOf(result).map(({ label }) => label);
  const size = { width: 560, height: 240, alone: true };
  const draw = (theme: typeof light) =>
    drawSvg(charts.map((chart) => curveSpec(chart, { ...size, theme, labels })), theme, 12);
  return [
    { path: "curves.svg", content: await draw(light) },
    { path: "curves-dark.svg", content: await draw(dark) },
  ];
}
