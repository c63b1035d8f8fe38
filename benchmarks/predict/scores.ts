/**
 * The files of all predictions together, with what they are worth where the truth is known.
 *
 * @module
 */
import type { ConfusionMatrix } from "../../src/training/metrics.ts";
import { confusionSpec } from "../report/charts/confusion_chart.ts";
import { drawSvg } from "../report/render/svg.ts";
import { light } from "../report/charts/theme.ts";
import { confusionRows } from "../report/cells/csv.ts";
import { csvText, type Field } from "../report/csv_text.ts";
import type { ReportFile } from "../report/document_files.ts";
import { codingOf } from "../../datasets/masks/coding.ts";
import type { DataRecord } from "../record/mod.ts";
import { labelColor } from "../report/cells/overlay.ts";
import type { Predictor } from "./predictor.ts";

/** Pixels around the picture. */
const padding = 16;

/**
 * What is written of all images together.
 *
 * @param data what was trained on, for its classes
 * @returns the images' table; `classes.csv`, whose `label` is the value in masks; and where the truth
 * is known `metrics.csv`, `confusion.csv` and `confusion.svg`
 */
export async function predictionFiles(
  predictor: Predictor,
  data: DataRecord,
): Promise<ReportFile[]> {
  const { confusion } = predictor;
  const { classNames: names } = data;
  const files = [predictor.table(), classesFile(data, confusion)];
  if (confusion === undefined) return files;
  const counts = confusion.counts();
  const metrics = csvText(["metric", "value"], Object.entries(predictor.scores()));
  const table = csvText(["truth", ...names], confusionRows(counts, names));
  const chart = await drawSvg([[confusionSpec(counts, names, light)]], light, padding);
  return [
    ...files,
    { path: "metrics.csv", content: metrics },
    { path: "confusion.csv", content: table },
    { path: "confusion.svg", content: chart },
  ];
}

/** The classes with their colours in overlays and, where the truth is known, how each is predicted. */
function classesFile(
  { classNames, coding }: DataRecord,
  confusion?: ConfusionMatrix,
): ReportFile {
  const { first } = codingOf(coding ?? "ade20k");
  const scores = confusion === undefined ? [] : scoreColumns(confusion);
  const header = ["label", "class", "color", ...scores.map(([title]) => title)];
  const rows = classNames.map((name, c): Field[] => [
    first + c,
    name,
    hex(labelColor(1 + c, coding)),
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
