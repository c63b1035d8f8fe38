/**
 * The cost of each arm: throughput, step times, memory, and the step time that it adds.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { type AddedTime, addedTime } from "../../judge/statistics/added_time.ts";
import { median } from "../../judge/statistics/summary.ts";
import { counted, none } from "../../ground/format.ts";
import { intervalFigure } from "../charts/interval_chart.ts";
import { note, table } from "../blocks.ts";
import type { Block, NumberCell } from "../document.ts";
import { type Row, rowsOf } from "./metrics.ts";

/** The cost of an arm: medians over its cells, NaN where nothing was measured. */
export interface Speed {
  row: Row;
  imagesPerSecond: number;
  stepMs: number;
  peakBytes: number;
  /** Over the baseline, from interleaved steps; none where these were not timed. */
  added?: AddedTime;
  /** What `added` is the median of, in percent. */
  percents: number[];
}

/** More dots would blur into each other. */
const mostDots = 60;

const howToRead =
  "Medians over the cells; a cell's step is the median of its steps without the first ones. Cells " +
  "run one after another, so that a machine whose speed drifts shows in images/s: compare by the " +
  "added step time, the median over pairs of interleaved steps, with its 95 % bootstrap interval. " +
  "Memory is the process's, in which earlier cells leave traces.";

export function speedsOf(result: Result): Speed[] {
  return rowsOf(result).map((row) => {
    const { pairs = [] } = result.overhead?.find(({ arm }) => arm === row.arm) ?? {};
    return {
      row,
      imagesPerSecond: medianOf(row, (cell) => [cell.imagesPerSecond]),
      stepMs: medianOf(row, ({ stepDurationsMs: all }) => all.length > 0 ? [median(all)] : []),
      peakBytes: medianOf(row, (cell) => [cell.peakBytes]),
      percents: pairs.map(({ baselineMs, armMs }) => (armMs / baselineMs - 1) * 100),
      ...(pairs.length > 0 && { added: addedTime(pairs) }),
    };
  });
}

function medianOf({ cells }: Row, values: (cell: Row["cells"][number]) => number[]): number {
  const finite = cells.flatMap(values).filter(Number.isFinite);
  return finite.length === 0 ? NaN : median(finite);
}

/** The arm that others' steps were timed beside: the first one, but for arms that were refused. */
export function baselineOf({ arms, overhead }: Result): Result["arms"][number] | undefined {
  return arms.find(({ name }) => name === overhead?.[0]?.baseline) ?? arms[0];
}

/** The added step time with its interval, or why there is none. */
export function addedCell({ row, added }: Speed, result: Result): NumberCell {
  const why = row.refused === undefined ? "not timed in turn" : "refused";
  const missing = row.arm === baselineOf(result)?.name ? none : why;
  if (added === undefined) return { value: undefined, digits: 1, note: missing };
  const { n, percent, interval } = added;
  const note = interval === undefined ? `${counted(n, "pair")}: no interval` : undefined;
  return { value: percent, digits: 1, unit: "%", signed: true, range: interval, note };
}

/** Images a second, step times, memory, and the step time that an arm adds. */
export function speedBlocks(result: Result): Block[] {
  const speeds = speedsOf(result);
  const intervals = speeds.flatMap(({ row: { label }, added, percents }) => {
    if (added === undefined) return [];
    const values = percents.length > mostDots ? [] : percents;
    return [{ label, value: added.percent, values, interval: added.interval }];
  });
  const alt = "Added step time by arm: pairs of steps, their median, and its 95 % interval";
  return [
    ...intervalFigure(intervals, "added step time (%)", alt),
    ...table("Speed and memory by arm", speeds, [
      ["arm", ({ row }) => row.label],
      ["images/s", ({ imagesPerSecond }) => ({ value: imagesPerSecond, digits: 1 })],
      ["step (ms)", ({ stepMs }) => ({ value: stepMs, digits: 1 })],
      ["peak memory (MB)", ({ peakBytes }) => ({ value: peakBytes / 1e6, digits: 0 })],
      ["added step time", (speed) => addedCell(speed, result)],
      ["pairs", ({ added }) => ({ value: added?.n, digits: 0 })],
    ]),
    note(howToRead),
  ];
}
