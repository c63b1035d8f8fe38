import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { ChartSpec, Theme } from "../document.ts";

/** A row of more charts is broken into lines of nearly equal length. */
const mostColumns = 4;

/**
 * Draws charts without a display. The same charts give the same bytes.
 *
 * @param charts in vega-lite's language, row by row
 * @param theme the colors of words, axes and grid
 * @param padding around all, in pixels
 * @returns the text of an SVG
 */
export async function drawSvg(
  charts: readonly (readonly ChartSpec[])[],
  theme: Theme,
  padding: number,
): Promise<string> {
  const { background, text, grid } = theme;
  const words = { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 12 };
  const lines = { gridColor: grid, domainColor: grid, tickColor: grid };
  const spec: TopLevelSpec = {
    background,
    padding,
    vconcat: charts.map((row) => ({
      concat: [...row],
      columns: Math.ceil(row.length / Math.ceil(row.length / mostColumns)),
    })),
    // A row of panels, titled by arm, has none; vega-lite would take it from the other rows, too.
    ...(charts.length > 1 && { resolve: { legend: { color: "independent" } } }),
    config: {
      font: "system-ui, -apple-system, 'Segoe UI', sans-serif",
      axis: { ...words, ...lines, titleFontWeight: "normal", titlePadding: 8 },
      legend: words,
      title: { color: text, fontSize: 12, fontWeight: "bold", anchor: "start" },
      view: { stroke: null },
    },
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  try {
    return `${legible(await view.toSVG())}\n`;
  } finally {
    view.finalize();
  }
}

/** Replaces characters that XML cannot hold. */
function legible(xml: string): string {
  return xml.toWellFormed().replace(/(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu, "\uFFFD");
}
