/**
 * Charts within the page: they take the page's colours, and so follow it from day to night.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { curveSpec } from "../charts/curve_chart.ts";
import { curveCharts } from "../charts/curve_data.ts";
import { type IntervalRow, intervalSpec } from "../charts/interval_chart.ts";
import { drawSvg } from "../charts/render.ts";
import { ofPage, seriesColor } from "../charts/theme.ts";
import { curvesNote } from "../curves.ts";
import { oneLine } from "../../ground/format.ts";
import { rowsOf } from "../metrics.ts";
import { Markup, markup } from "./markup.ts";

/** In pixels. Few enough that words can be read on a phone, which shrinks the chart to its screen. */
const plotWidth = 340;

/**
 * The learning curves with their legend.
 *
 * @param result the result
 */
export async function curveFigures(result: Result): Promise<Markup> {
  const labels = rowsOf(result).map(({ label }) => label);
  const style = { theme: ofPage, labels, width: plotWidth, height: 210, alone: false };
  const figures: Markup[] = [];
  for (const chart of curveCharts(result)) {
    const svg = await drawSvg([curveSpec(chart, style)], ofPage, 4);
    figures.push(figure(svg, `Learning curves: ${chart.title} against steps, by arm`, chart.title));
  }
  return markup`${legend(labels)}<div class="charts">${figures}</div>
<p class="note">${curvesNote(result)}</p>`;
}

/**
 * Intervals beside each other.
 *
 * @param rows the intervals
 * @param title what the x axis shows
 * @param description what the chart shows, for those who do not see it
 */
export async function intervalFigure(
  rows: readonly IntervalRow[],
  title: string,
  description: string,
): Promise<Markup> {
  if (rows.length === 0) return markup``;
  const svg = await drawSvg(
    [intervalSpec(rows, { title, theme: ofPage, width: plotWidth })],
    ofPage,
    4,
  );
  return markup`<div class="charts">${
    figure(svg, `${description}; the table has the numbers`)
  }</div>`;
}

/**
 * The colours of the arms.
 *
 * @param labels the labels of all rows, in the order of their colours
 */
function legend(labels: readonly string[]): Markup {
  const items = labels.map((label, i) => markup`<li>${swatch(i)}${oneLine(label)}</li>`);
  return markup`<ul class="legend" aria-label="Arms">${items}</ul>`;
}

/**
 * The colour of an arm.
 *
 * @param index the row's place in the result, from 0
 */
export function swatch(index: number): Markup {
  return markup`<span class="swatch" style="background: ${seriesColor(ofPage, index)}"></span>`;
}

function figure(svg: string, description: string, caption = ""): Markup {
  const below = caption === "" ? markup`` : markup`<figcaption>${caption}</figcaption>`;
  return markup`<figure>${below}<div role="img" aria-label="${description}">${new Markup(
    svg,
  )}</div></figure>`;
}
