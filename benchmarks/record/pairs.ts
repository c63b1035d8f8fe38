/**
 * Pairs of cells: the same seed in two arms, which so share initial weights, batches and
 * augmentation.
 *
 * @module
 */
import type { CellRecord, Result } from "./record.ts";

/** The values of two arms over the seeds that they have in common. */
export interface Pairs {
  /** The seeds that pair, in order. */
  seeds: number[];
  /** One value a seed. */
  arm: number[];
  /** One value a seed. */
  minus: number[];
  /** The seeds that do not pair, with the reason. */
  leftOut: { seed: number; reason: string }[];
}

/** What to pair. */
export interface PairQuery {
  /** The name of an arm. */
  arm: string;
  /** The name of the arm that is subtracted. */
  minus: string;
  /** The number to compare; undefined or not finite where the cell has none. */
  value: (cell: CellRecord) => number | undefined;
  /** The row of the sweep, where there is one. */
  sweep?: string;
}

/**
 * Pairs two arms over their common seeds. Only cells that are done count.
 *
 * @param result the result
 * @returns the values by seed, and the seeds left out of it
 */
export function pairSeeds(result: Result, { arm, minus, value, sweep }: PairQuery): Pairs {
  const pairs: Pairs = { seeds: [], arm: [], minus: [], leftOut: [] };
  for (const seed of [...result.seeds].sort((a, b) => a - b)) {
    const values = [arm, minus].map((name) => {
      const cell = findCell(result, name, seed, sweep);
      return valueOrReason(name, cell, value);
    });
    const reason = values.find((entry) => typeof entry === "string");
    if (reason !== undefined) {
      pairs.leftOut.push({ seed, reason: String(reason) });
      continue;
    }
    pairs.seeds.push(seed);
    pairs.arm.push(Number(values[0]));
    pairs.minus.push(Number(values[1]));
  }
  return pairs;
}

/**
 * The record of one cell.
 *
 * @returns undefined where it did not run
 */
export function findCell(
  result: Result,
  arm: string,
  seed: number,
  sweep?: string,
): CellRecord | undefined {
  return result.cells.find((cell) =>
    cell.arm === arm && cell.seed === seed && cell.sweep === sweep
  );
}

/**
 * Whether a cell came to no result by itself: its numbers diverged, or an error ended it.
 *
 * @param cell the record, if it ran
 */
export function hasFailed(cell: Pick<CellRecord, "status"> | undefined): boolean {
  return cell?.status === "failed" || cell?.status === "broken";
}

function valueOrReason(
  arm: string,
  cell: CellRecord | undefined,
  value: PairQuery["value"],
): number | string {
  if (cell === undefined) return `${arm} did not run`;
  if (cell.status === "failed") return `${arm} failed`;
  if (cell.status === "broken") return `${arm} broke by an error`;
  if (cell.status === "interrupted") return `${arm} was interrupted`;
  const number = value(cell);
  return number === undefined || !Number.isFinite(number) ? `${arm} has no such value` : number;
}
