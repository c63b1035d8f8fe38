/**
 * Tables for programs: `result.csv` (one number a row), `summary.csv` (one metric a row), where
 * steps were timed in turn `overhead.csv`, where cells counted one `confusion.csv`, where it was
 * measured `smoothness.csv`, and where arms lie on a grid those of `grid_csv.ts`. Numbers are written
 * in full precision.
 *
 * @module
 */
import type { CellRecord, Result } from "../../record/mod.ts";
import { meanInterval } from "../../judge/statistics/paired_t.ts";
import { mean, median, standardDeviation } from "../../judge/statistics/summary.ts";
import { gridTables } from "./grid_csv.ts";
import { metricNames, rowsOf } from "./metrics.ts";
import { type CsvTable, csvText, type Field } from "../csv_text.ts";
import { smoothnessHeader, smoothnessNumbers, smoothnessRows } from "./smoothness/table.ts";
import type { ReportFile } from "../document_files.ts";

/**
 * The prefix of the names of times and memory. All other rows of `result.csv` and `summary.csv`
 * repeat exactly when a run is repeated on the same machine.
 */
export const costPrefix = "cost/";

/** The CSV files of a result. */
export function csvFiles(result: Result): ReportFile[] {
  const more = [overheadTable(result), confusionTable(result), smoothnessTable(result)];
  const called = [...more, ...gridTables(result)].filter(({ rows }) => rows.length > 0);
  return [resultTable(result), summaryTable(result), ...called]
    .map(({ path, header, rows }) => ({ path, content: csvText(header, rows) }));
}

function resultTable(result: Result): CsvTable {
  const rows = rowsOf(result).flatMap((row) =>
    row.cells.flatMap((cell) =>
      numbersOf(cell, result).map(([metric, value]) => [row.arm, cell.seed, metric, value])
    )
  );
  return { path: "result.csv", header: ["arm", "seed", "metric", "value"], rows };
}

function summaryTable(result: Result): CsvTable {
  const rows = rowsOf(result).flatMap((row) => {
    const samples = row.done.map((cell) => new Map(numbersOf(cell, result)));
    return [...new Set(samples.flatMap((sample) => [...sample.keys()]))].flatMap((metric) => {
      const values = samples.map((sample) => sample.get(metric) ?? NaN).filter(Number.isFinite);
      return values.length === 0 ? [] : [[row.arm, metric, ...summaryOf(values)]];
    });
  });
  const header = ["arm", "metric", "n", "mean", "sd", "low", "high"];
  return { path: "summary.csv", header, rows };
}

function overheadTable({ overhead = [] }: Result): CsvTable {
  const rows = overhead.flatMap(({ arm, baseline, pairs }) =>
    pairs.map(({ baselineMs, armMs }, round) => [arm, baseline, round, baselineMs, armMs])
  );
  const header = ["arm", "baseline", "round", "baselineMs", "armMs"];
  return { path: "overhead.csv", header, rows };
}

function confusionTable({ cells, data: { classNames } }: Result): CsvTable {
  const rows = cells.flatMap(({ arm, seed, confusion = [] }) =>
    confusionRows(confusion, classNames).map((row) => [arm, seed, ...row])
  );
  return { path: "confusion.csv", header: ["arm", "seed", "truth", ...classNames], rows };
}

function smoothnessTable(result: Result): CsvTable {
  return { path: "smoothness.csv", header: smoothnessHeader, rows: smoothnessRows(result) };
}

/**
 * The rows of a confusion matrix: a class of the truth, and how often each class was predicted.
 *
 * @param confusion counts, `[truth][prediction]`
 */
export function confusionRows(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
): Field[][] {
  return confusion.map((counts, truth) => [names[truth] ?? truth, ...counts]);
}

/** Every number of a cell, by name; always in the same order. */
function numbersOf(cell: CellRecord, result: Result): [string, number][] {
  const metrics = metricNames(result).filter((name) => name in cell.metrics);
  const steps = cell.stepDurationsMs;
  return [
    ["done", Number(cell.status === "done")],
    ["steps", cell.steps],
    ["standardizedCount", cell.standardizedCount],
    ["convolutionCount", cell.convolutionCount],
    ["parameterCount", cell.parameterCount],
    ...(cell.skippedCount === undefined
      ? []
      : [["skippedCount", cell.skippedCount] as [string, number]]),
    ...metrics.map((name): [string, number] => [name, cell.metrics[name] ?? NaN]),
    ...cell.classIou.map((iou, i): [string, number] => [
      `iou/${result.data.classNames[i] ?? i}`,
      iou ?? NaN,
    ]),
    ...smoothnessNumbers(cell),
    [`${costPrefix}imagesPerSecond`, cell.imagesPerSecond],
    [`${costPrefix}stepMs`, steps.length > 0 ? median(steps) : NaN],
    [`${costPrefix}durationMs`, cell.durationMs],
    [`${costPrefix}peakBytes`, cell.peakBytes],
  ];
}

function summaryOf(values: number[]): Field[] {
  const interval = meanInterval(values);
  const spread = values.length > 1 ? standardDeviation(values) : "";
  return [values.length, mean(values), spread, interval?.low ?? "", interval?.high ?? ""];
}
