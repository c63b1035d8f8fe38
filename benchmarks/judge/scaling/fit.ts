/**
 * Latency and bandwidth by least squares.
 *
 * @module
 */

// @ts-types="../statistics/jstat.d.ts"
import jstat from "jstat";

/** What a message costs. */
export interface Link {
  latencyMs: number;
  msPerByte: number;
}

/** All-reduces that were timed with nothing else to do. */
export interface Transfer {
  workers: number;
  /** The size of each in bytes. */
  buckets: readonly number[];
  /** Of all of them together. */
  ms: number;
}

/** The fewest all-reduces that latency and bandwidth are fitted to: one more than there are of them. */
const fewest = 3;

/**
 * Fits `ms = hops · (count · latency + bytes / workers · msPerByte)`, `hops = 2 · (workers − 1)`, so
 * that the sum of the squares of the relative errors is least; neither is below 0.
 *
 * @returns nothing where there are fewer than three, or they do not tell latency from bandwidth
 */
export function fitLatency(transfers: readonly Transfer[]): Link | undefined {
  const rows = transfers.filter(({ ms }) => ms > 0).map(({ workers, buckets, ms }) => {
    const hops = 2 * (workers - 1);
    const bytes = buckets.reduce((sum, size) => sum + size, 0);
    return [hops * buckets.length / ms, hops * bytes / workers / ms] as const;
  });
  if (rows.length < fewest) return undefined;
  // In units of the largest, so that the columns are alike in size.
  const units = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!)));
  const scaled = rows.map((row) => row.map((value, column) => value / units[column]!));
  const ratios = scaled.map(([count, bytes]) => bytes! / count!);
  if (Math.max(...ratios) <= Math.min(...ratios) * (1 + 1e-9)) return undefined;
  const { coef: [latency, slope] } = jstat.jStat.models.ols(rows.map(() => 1), scaled);
  if (latency >= 0 && slope >= 0) {
    return { latencyMs: latency / units[0]!, msPerByte: slope / units[1]! };
  }
  return latency < 0
    ? { latencyMs: 0, msPerByte: alone(scaled, 1) / units[1]! }
    : { latencyMs: alone(scaled, 0) / units[0]!, msPerByte: 0 };
}

/** The coefficient of a column where the other one is 0. */
function alone(rows: readonly (readonly number[])[], column: number): number {
  const values = rows.map((row) => row[column]!);
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return values.reduce((sum, value) => sum + value, 0) / squares;
}

/** The root mean square of relative errors. */
export function relativeResidual(pairs: readonly { seen: number; said: number }[]): number {
  const squares = pairs.map(({ seen, said }) => (said / seen - 1) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}
