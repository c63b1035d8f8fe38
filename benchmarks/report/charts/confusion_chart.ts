import type { ChartSpec, Theme } from "../document.ts";
import { seriesColor } from "./theme.ts";

/** Pixels of a cell's side, where all fit. */
const largestCell = 36;

/** Pixels of the plot's side, where the cells allow it. */
const widest = 720;

/** Cells below are too small for a number, or a class's name. */
const legibleCell = 22;
const namedCell = 8;

/** Percent of a row; smaller shares would not be visible. */
const visible = 0.05;

/**
 * A confusion matrix in vega-lite's language: a row is a class of the truth, and its colors are the
 * shares in percent of what it was predicted as. Classes without labels have empty rows.
 *
 * @param confusion counts, `[truth][prediction]`
 * @param names the classes' names, in the same order, each another one
 */
export function confusionSpec(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
  theme: Theme,
): ChartSpec {
  const cell = Math.max(3, Math.min(largestCell, Math.floor(widest / names.length)));
  const axis = cell < namedCell ? { labels: false, ticks: false } : { labelLimit: 240 };
  const place = (field: string, title: string, more: object) => ({
    field,
    type: "ordinal" as const,
    title,
    scale: { domain: [...names] },
    axis: { ...axis, ...more, grid: false },
  });
  const x = place("prediction", "prediction", { labelAngle: -90, orient: "top" });
  const y = place("truth", "truth", {});
  return {
    width: cell * names.length,
    height: cell * names.length,
    data: { values: shares(confusion, names) },
    layer: [
      { mark: { type: "rect" }, encoding: { x, y, color: color(theme) } },
      ...(cell < legibleCell ? [] : [numbers(theme, { x, y })]),
    ],
  };
}

/** The visible cells of a matrix. */
function shares(confusion: readonly (readonly number[])[], names: readonly string[]) {
  return confusion.flatMap((row, i) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row
      .map((count, j) => ({ truth: names[i], prediction: names[j], percent: 100 * count / all }))
      .filter(({ percent }) => percent >= visible);
  });
}

function color(theme: Theme) {
  return {
    field: "percent",
    type: "quantitative" as const,
    title: "% of the truth",
    scale: {
      domain: [0, 100],
      range: [theme.background, seriesColor(theme, 1)],
      interpolate: "rgb" as const, // the default turns white to cyan on its way to blue
    },
  };
}

/** In the background's color on the darker half of the colors. */
function numbers(theme: Theme, { x, y }: Record<"x" | "y", object>) {
  return {
    mark: { type: "text" as const, fontSize: 10 },
    encoding: {
      x,
      y,
      text: { field: "percent", type: "quantitative" as const, format: ".0f" },
      color: {
        condition: { test: "datum.percent > 50", value: theme.background },
        value: theme.text,
      },
    },
    // Vega-Lite takes a condition without a field here, which its types of a layer do not say.
  } as unknown as Extract<ChartSpec, { layer: unknown }>["layer"][number];
}
