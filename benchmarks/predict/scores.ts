/**
 * What predictions are worth where the truth is known.
 *
 * @module
 */
import type { ConfusionMatrix } from "../../src/training/metrics.ts";
import { confusionSpec } from "../report/charts/confusion_chart.ts";
import { drawSvg } from "../report/render/svg.ts";
import { light } from "../report/charts/theme.ts";
import { confusionRows } from "../report/cells/confusion_csv.ts";
import { csvText, type Field } from "../report/csv_text.ts";
import type { ReportFile } from "../report/exporter.ts";
import { classColor } from "../report/cells/palette.ts";

/** Pixels around the picture. */
const padding = 16;

/**
 * The classes, with their colours in overlays: what reads a mask.
 *
 * @param confusion tells how well each is predicted, where the truth is known
 * @returns `classes.csv`: `label` is the value in masks
 */
export function classesFile(names: readonly string[], confusion?: ConfusionMatrix): ReportFile {
  const scores = confusion === undefined ? [] : scoreColumns(confusion);
  const header = ["label", "class", "color", ...scores.map(([title]) => title)];
  const rows = names.map((name, c): Field[] => [
    1 + c,
    name,
    hex(classColor(c)),
    ...scores.map(([, values]) => values[c] ?? ""),
  ]);
  return { path: "classes.csv", content: csvText(header, rows) };
}

function scoreColumns(confusion: ConfusionMatrix): [string, (number | null)[]][] {
  const counts = confusion.counts();
  const sum = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  return [
    ["iou", confusion.perClass()],
    ["accuracy", confusion.perClassAccuracy()],
    ["labelled", counts.map(sum)],
    ["predicted", counts.map((_, c) => sum(counts.map((row) => row[c]!)))],
  ];
}

function hex(color: readonly number[]): string {
  return `#${color.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Scores and the confusion matrix.
 *
 * @param metrics scores by name, in percent
 * @returns `metrics.csv`, `confusion.csv` and `confusion.svg`
 */
export async function scoreFiles(
  metrics: Readonly<Record<string, number>>,
  confusion: ConfusionMatrix,
  names: readonly string[],
): Promise<ReportFile[]> {
  const counts = confusion.counts();
  const chart = confusionSpec(counts, names, light);
  return [
    { path: "metrics.csv", content: csvText(["metric", "value"], Object.entries(metrics)) },
    {
      path: "confusion.csv",
      content: csvText(["truth", ...names], confusionRows(counts, names)),
    },
    { path: "confusion.svg", content: await drawSvg([[chart]], light, padding) },
  ];
}
