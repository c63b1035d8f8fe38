/**
 * The merge of cell records into a result.
 *
 * @module
 */
import { unknownName } from "../ground/errors.ts";
import type { CellId, CellRecord, Result } from "./record.ts";

/**
 * The result with the cells merged in: a cell takes the place of one with the same arm, sweep and
 * seed, and the seeds of the result become all that were asked for or run. Neither argument is
 * changed, and merging the same cells again changes nothing; nor does their order, as long as no
 * two are for the same cell.
 *
 * @param result the result
 * @param cells the records; of two for the same cell the later one counts
 * @returns a new result, its cells in order of arm (as in `result.arms`), sweep and seed
 * @throws {UsageError} if a cell's arm is not among the result's
 */
export function mergeCells(result: Result, cells: readonly CellRecord[]): Result {
  const arms = result.arms.map((arm) => arm.name);
  const merged = new Map<string, CellRecord>();
  for (const cell of [...result.cells, ...cells]) {
    if (!arms.includes(cell.arm)) throw unknownName("arm", cell.arm, arms);
    merged.set(cellKey(cell), cell);
  }
  const ordered = [...merged.values()].sort((a, b) =>
    arms.indexOf(a.arm) - arms.indexOf(b.arm) ||
    compareSweeps(a.sweep, b.sweep) || a.seed - b.seed
  );
  const seeds = new Set([...result.seeds, ...ordered.map((cell) => cell.seed)]);
  return { ...result, seeds: [...seeds].sort((a, b) => a - b), cells: ordered };
}

/**
 * What tells one cell from another: the same text for the same arm, sweep and seed.
 *
 * @param cell the cell's arm, seed and sweep
 */
export function cellKey(cell: CellId): string {
  return JSON.stringify([cell.arm, cell.sweep ?? null, cell.seed]);
}

const collator = new Intl.Collator("en", { numeric: true });

/** By the numbers within, so that `batch=8` comes before `batch=16`. */
function compareSweeps(a = "", b = ""): number {
  return collator.compare(a, b);
}
