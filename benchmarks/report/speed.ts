/**
 * What each row costs: throughput, step times, memory, and the step time that its arm adds.
 *
 * @module
 */
import type { Result } from "../record/mod.ts";
import { type AddedTime, addedTime } from "../judge/statistics/added_time.ts";
import { median } from "../judge/statistics/summary.ts";
import { bounds, counted, none, signed } from "../ground/format.ts";
import { type Row, rowsOf } from "./metrics.ts";

/** The costs of a row: medians over its cells, NaN where nothing was measured. */
export interface Speed {
  row: Row;
  imagesPerSecond: number;
  stepMs: number;
  peakBytes: number;
  /** Over the baseline, by steps timed in turn; none where that was not done. */
  added?: AddedTime;
}

/** How to read the figures, for a line below them. */
export const speedNote: string =
  "Medians over the cells, of each the median step without the first ones. Cells run one after another, so that a machine " +
  "whose speed drifts shows in images/s: compare by the added step time, the median over pairs of " +
  "steps that were timed in turn, with its 95 % bootstrap interval. Memory is the process's, in " +
  "which earlier cells leave traces.";

/**
 * The costs of all rows.
 *
 * @param result the result
 */
export function speedsOf(result: Result): Speed[] {
  return rowsOf(result).map((row) => {
    const record = result.overhead?.find(({ arm }) => arm === row.arm);
    return {
      row,
      imagesPerSecond: medianOf(row, (cell) => [cell.imagesPerSecond]),
      stepMs: medianOf(row, ({ stepDurationsMs: all }) => all.length > 0 ? [median(all)] : []),
      peakBytes: medianOf(row, (cell) => [cell.peakBytes]),
      ...(record !== undefined && record.pairs.length > 0 && { added: addedTime(record.pairs) }),
    };
  });
}

/** The added step time with its interval, or why there is none. */
export function addedText({ row, added }: Speed, { arms }: Result): string {
  if (added === undefined) return row.arm === arms[0]?.name ? none : "not timed in turn";
  const { n, percent, interval } = added;
  const range = interval === undefined ? "no interval" : bounds(interval, 1);
  return `${signed(percent, 1)} %, ${range} (${counted(n, "pair")})`;
}

function medianOf({ cells }: Row, values: (cell: Row["cells"][number]) => number[]): number {
  const finite = cells.flatMap(values).filter(Number.isFinite);
  return finite.length === 0 ? NaN : median(finite);
}
