/**
 * The section on throughput, memory and the overhead of each arm.
 *
 * @module
 */
import type { OverheadRecord, Result } from "../../result.ts";
import { addedTime } from "../../statistics/added_time.ts";
import { median } from "../../statistics/summary.ts";
import { bounds, counted, fixed, none, signed } from "../format.ts";
import { type Row, rowsOf } from "../metrics.ts";
import { plain, table } from "./table.ts";

/** Images a second, step times, memory, and the step time that an arm adds. */
export function speedSections(result: Result): string[] {
  const header = ["arm", "images/s", "step (ms)", "peak memory (MB)", "added step time"];
  const rows = rowsOf(result).map((row) => [
    plain(row.label),
    fixed(medianOf(row, (cell) => [cell.imagesPerSecond]), 1),
    fixed(medianOf(row, (cell) => cell.stepDurationsMs), 1),
    fixed(medianOf(row, (cell) => [cell.peakBytes / 1e6]), 0),
    addedText(row, result),
  ]);
  return [
    "## Speed",
    table(header, rows),
    "Medians, the first steps of each cell left out. Cells run one after another, so that a machine " +
    "whose speed drifts shows in images/s: compare by the added step time, the median over pairs of " +
    "steps that were timed in turn, with its 95 % bootstrap interval. Memory is the process's, in " +
    "which earlier cells leave traces.",
  ];
}

function medianOf({ cells }: Row, values: (cell: Row["cells"][number]) => number[]): number {
  const finite = cells.flatMap(values).filter(Number.isFinite);
  return finite.length === 0 ? NaN : median(finite);
}

function addedText({ arm }: Row, { overhead = [], arms }: Result): string {
  const record = overhead.find((record) => record.arm === arm);
  if (record === undefined || record.pairs.length === 0) {
    return arm === arms[0]?.name ? none : "not timed in turn";
  }
  return overheadText(record);
}

function overheadText({ pairs }: OverheadRecord): string {
  const { n, percent, interval } = addedTime(pairs);
  const range = interval === undefined ? "no interval" : bounds(interval, 1);
  return `${signed(percent, 1)} %, ${range} (${counted(n, "pair")})`;
}
