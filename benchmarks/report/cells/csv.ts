/**
 * Tables for programs: `result.csv` (one number a row), `summary.csv` (one metric a row) and, where
 * steps were timed in turn, `overhead.csv`. Numbers are written in full precision.
 *
 * @module
 */
import type { CellRecord, Result } from "../../record/mod.ts";
import { meanInterval } from "../../judge/statistics/paired_t.ts";
import { mean, median, standardDeviation } from "../../judge/statistics/summary.ts";
import { metricNames, rowsOf } from "./metrics.ts";
import { csvText, type Field } from "../csv_text.ts";
import type { ReportFile } from "../exporter.ts";

/**
 * What the names of time and memory start with. All other rows of `result.csv` and `summary.csv`
 * repeat exactly when a run is repeated on the same machine.
 */
export const costPrefix = "cost/";

/** The CSV files of a result. */
export function csvFiles(result: Result): ReportFile[] {
  const files = [resultCsv(result), summaryCsv(result)];
  return result.overhead?.length ? [...files, overheadCsv(result)] : files;
}

function resultCsv(result: Result): ReportFile {
  const rows = rowsOf(result).flatMap((row) =>
    row.cells.flatMap((cell) =>
      numbersOf(cell, result).map(([metric, value]) => [row.arm, cell.seed, metric, value])
    )
  );
  return { path: "result.csv", content: csvText(["arm", "seed", "metric", "value"], rows) };
}

function summaryCsv(result: Result): ReportFile {
  const rows = rowsOf(result).flatMap((row) => {
    const done = row.cells.filter((cell) => cell.status === "done");
    const samples = done.map((cell) => new Map(numbersOf(cell, result)));
    return [...new Set(samples.flatMap((sample) => [...sample.keys()]))].flatMap((metric) => {
      const values = samples.map((sample) => sample.get(metric) ?? NaN).filter(Number.isFinite);
      return values.length === 0 ? [] : [[row.arm, metric, ...summaryOf(values)]];
    });
  });
  const columns = ["arm", "metric", "n", "mean", "sd", "low", "high"];
  return { path: "summary.csv", content: csvText(columns, rows) };
}

function overheadCsv({ overhead = [] }: Result): ReportFile {
  const rows = overhead.flatMap(({ arm, baseline, pairs }) =>
    pairs.map(({ baselineMs, armMs }, round) => [arm, baseline, round, baselineMs, armMs])
  );
  const columns = ["arm", "baseline", "round", "baselineMs", "armMs"];
  return { path: "overhead.csv", content: csvText(columns, rows) };
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
