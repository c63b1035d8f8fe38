/**
 * The cells of a result: told apart, found, and merged.
 *
 * @module
 */
import { unknownName } from "../ground/errors.ts";
import type { CellId, CellRecord } from "./cell.ts";
import type { Result } from "./cells.ts";

/** What tells one cell from another: the same text for the same arm and seed. */
export function cellKey({ arm, seed }: CellId): string {
  return JSON.stringify([arm, seed]);
}

/**
 * The record of one cell.
 *
 * @returns undefined where it did not run
 */
export function findCell(result: Result, arm: string, seed: number): CellRecord | undefined {
  return result.cells.find((cell) => cell.arm === arm && cell.seed === seed);
}

/** Whether a cell came to no result by itself: its numbers diverged, or an error ended it. */
export function hasFailed(cell: Pick<CellRecord, "status"> | undefined): boolean {
  return cell?.status === "failed" || cell?.status === "broken";
}

/**
 * The result with the cells merged in: a cell takes the place of one with the same arm and
 * seed, and the seeds of the result become all that were asked for or run. Neither argument is
 * changed, and merging the same cells again changes nothing; nor does their order, as long as no
 * two are for the same cell.
 *
 * @param cells the records; of two for the same cell the later one counts
 * @returns a new result, its cells in order of arm (as in `result.arms`) and seed
 * @throws {UsageError} if a cell's arm is not among the result's
 */
export function mergeCells(result: Result, cells: readonly CellRecord[]): Result {
  const arms = result.arms.map(({ name }) => name);
  const all = [...result.cells, ...cells];
  const stranger = all.find(({ arm }) => !arms.includes(arm));
  if (stranger !== undefined) throw unknownName("arm", stranger.arm, arms);
  const merged = [...new Map(all.map((cell) => [cellKey(cell), cell])).values()];
  const seeds = new Set([...result.seeds, ...merged.map(({ seed }) => seed)]);
  return {
    ...result,
    seeds: [...seeds].sort((a, b) => a - b),
    cells: merged.sort((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.seed - b.seed),
  };
}
