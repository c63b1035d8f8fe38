import type { CellRecord, Result } from "./cells.ts";

/**
 * The record of one cell.
 *
 * @returns undefined where it did not run
 */
export function findCell(result: Result, arm: string, seed: number): CellRecord | undefined {
  return result.cells.find((cell) => cell.arm === arm && cell.seed === seed);
}

/**
 * Whether a cell came to no result by itself: its numbers diverged, or an error ended it.
 *
 * @param cell the record, if it ran
 */
export function hasFailed(cell: Pick<CellRecord, "status"> | undefined): boolean {
  return cell?.status === "failed" || cell?.status === "broken";
}
