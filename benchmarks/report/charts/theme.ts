/**
 * The colors of charts: on white, on black, and on a page that has both.
 *
 * @module
 */

import type { Theme } from "../document.ts";

/**
 * Dark enough for a white background, distinct for most color-blind people (after Okabe and Ito).
 */
export const light: Theme = {
  background: "#ffffff",
  text: "#222222",
  grid: "#dddddd",
  series: ["#000000", "#0072b2", "#d55e00", "#009e73", "#b1508a", "#9a6a00", "#3b8fc4"],
};

/** The same hues, light enough for GitHub's dark background. */
export const dark: Theme = {
  background: "#0d1117",
  text: "#d7dde4",
  grid: "#30363d",
  series: ["#ffffff", "#5ab4ef", "#ff8f4d", "#2fcf9f", "#f09ccb", "#e8b53a", "#a5d8ff"],
};

/** Variables of the page that a chart is part of, see {@linkcode themeVariables}. */
export const ofPage: Theme = {
  background: "transparent",
  text: "var(--chart-text)",
  grid: "var(--chart-grid)",
  series: light.series.map((_, i) => `var(--series-${i})`),
};

/** The declarations of the variables in {@linkcode ofPage}. */
export function themeVariables({ text, grid, series }: Theme): string {
  const lines = series.map((color, i) => `--series-${i}: ${color};`);
  return [`--chart-text: ${text};`, `--chart-grid: ${grid};`, ...lines].join(" ");
}

/**
 * The color of an arm; past the last one they repeat.
 *
 * @param index the arm's place in the result, from 0
 */
export function seriesColor({ series }: Theme, index: number): string {
  return series[index % series.length] as string;
}
