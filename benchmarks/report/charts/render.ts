import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Theme } from "./theme.ts";

/** Charts below each other. */
export type Charts = Extract<TopLevelSpec, { vconcat: unknown }>["vconcat"];

/**
 * Draws charts below each other, without a screen. The same charts give the same bytes.
 *
 * @param charts in vega-lite's language
 * @param theme the colours of words, axes and grid
 * @param padding around all, in pixels
 * @returns the text of an SVG
 */
export async function drawSvg(charts: Charts, theme: Theme, padding: number): Promise<string> {
  const { background, text, grid } = theme;
  const words = { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 12 };
  const lines = { gridColor: grid, domainColor: grid, tickColor: grid };
  const spec: TopLevelSpec = {
    background,
    padding,
    vconcat: charts,
    config: {
      font: "system-ui, -apple-system, 'Segoe UI', sans-serif",
      axis: { ...words, ...lines, titleFontWeight: "normal", titlePadding: 8 },
      legend: words,
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

/** Without what no XML may hold, however it came into a name. */
function legible(xml: string): string {
  return xml.toWellFormed().replace(/(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu, "\uFFFD");
}
