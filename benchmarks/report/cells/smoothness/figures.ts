/**
 * Curves of smoothness through training: bands of the loss and of the gradient's change along a line,
 * and the effective constants.
 *
 * @module
 */
import {
  constants,
  figuresAt,
  type SmoothnessMeasure,
  type WalkName,
} from "../../../judge/smoothness.ts";
import { mean } from "../../../judge/statistics/summary.ts";
import type { Result, SmoothnessRecord } from "../../../record/mod.ts";
import type { Range } from "../../../../src/training/walk_figures.ts";
import { note } from "../../blocks.ts";
import type { Block } from "../../document.ts";
import { type CurveChart, lastStep, type Mark, panels } from "../curve_data.ts";
import { drawing } from "../curves.ts";
import { type Row, rowsOf } from "../metrics.ts";

/** The names of the figures' files. */
const files: Readonly<Record<WalkName, string>> = {
  gradient: "smoothness",
  relative: "smoothness-layerwise",
};

const howToRead =
  "The shaded ground is from the least to the largest value at the points of the line, the mean over " +
  "the finished seeds; the line in it is the loss where training was. Of the constants thick lines are " +
  "means over seeds. Their axes are logarithmic.";

/** Of few arms the constants are in one chart. */
const howToCompare = "In the panels of the constants gray is the mean of the first arm.";

/** The curves along a line, a row for each thing that is drawn; nothing where nothing is finite. */
export function smoothnessFigures(result: Result, walk: WalkName): Block[] {
  const rows = rowsOf(result), last = lastStep(result);
  const at = (place: SmoothnessRecord) => figuresAt(place, walk);
  const curves = constants.map((measure) => lines(rows, last, walk, measure));
  const hasReference = curves.flat().some(({ marks }) =>
    marks.some(({ kind }) => kind === "reference")
  );
  const kinds = [
    bands(rows, last, "loss", (place) => ({ ...at(place).loss, middle: place.loss })),
    bands(rows, last, "change of the gradient", (place) => at(place).gradientChange),
    ...curves,
  ].filter((charts) => charts.length > 0);
  if (kinds.length === 0) return [];
  const labels = rows.map(({ label }) => label);
  return [
    note(hasReference ? `${howToRead} ${howToCompare}` : howToRead),
    {
      kind: "figure",
      file: files[walk],
      alt: `${kinds.map(([chart]) => chart!.title).join(", ")} against optimizer steps`,
      legend: labels,
      rows: kinds.map((charts) => charts.map((chart) => drawing(chart, labels))),
    },
  ];
}

function lines(
  rows: readonly Row[],
  last: number,
  walk: WalkName,
  { label, of }: SmoothnessMeasure,
): CurveChart[] {
  const charts = panels(
    rows,
    last,
    label,
    ({ smoothness = [] }) =>
      smoothness.map((place) => ({ step: place.step, value: of(figuresAt(place, walk)) }))
        .filter(({ value }) => value > 0),
  );
  // A band over few seeds may reach below 0, where a logarithm ends.
  return charts.map((chart) => chart.range[0] > 0 ? { ...chart, log: true } : chart);
}

/** A panel an arm: a band, and a line in it where there is one. */
function bands(
  rows: readonly Row[],
  last: number,
  title: string,
  of: (place: SmoothnessRecord) => Range & { middle?: number },
): CurveChart[] {
  const drawn = rows.map(({ label: row, done }) => {
    const places = done.flatMap(({ smoothness = [] }) =>
      smoothness.map((place) => ({ step: place.step, ...of(place) }))
    ).filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
    const steps = [...Map.groupBy(places, ({ step }) => step)].sort(([a], [b]) => a - b);
    return steps.flatMap(([step, seeds]): Mark[] => {
      const low = mean(seeds.map(({ low }) => low)), high = mean(seeds.map(({ high }) => high));
      const middles = seeds.flatMap(({ middle = NaN }) => Number.isFinite(middle) ? [middle] : []);
      const band: Mark = { step, value: low, high, row, line: "band", kind: "band" };
      if (middles.length === 0) return [band];
      return [band, { step, value: mean(middles), row, line: "mean", kind: "mean" }];
    });
  });
  const marks = drawn.flat();
  if (marks.length === 0) return [];
  const range: [number, number] = [
    Math.min(...marks.map(({ value }) => value)),
    Math.max(...marks.map(({ value, high = value }) => Math.max(value, high))),
  ];
  return rows.map(({ label }, i) => ({
    row: label,
    title,
    lastStep: last,
    range,
    marks: drawn[i]!,
  }));
}
