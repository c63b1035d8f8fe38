/**
 * Cells without a result, as lines for the console.
 *
 * @module
 */
import { oneLine } from "../ground/format.ts";
import { type CellRecord, hasFailed, type Result } from "../record/mod.ts";

const words = { failed: "failed", broken: "broke" } as const;

/**
 * What became of a cell that failed or broke: `failed: ws, seed 1, step 57: why`.
 *
 * @returns a line; nothing where it did neither
 */
export function failureLine(cell: CellRecord): string | undefined {
  const { arm, seed, steps, status, error = "no reason given" } = cell;
  if (status !== "failed" && status !== "broken") return undefined;
  return oneLine(`${words[status]}: ${arm}, seed ${seed}, step ${steps}: ${error}`);
}

/**
 * How many cells failed, and which.
 *
 * @returns lines, such as `4 cells, 1 failed, 1 broke`; none where all went well
 */
export function failureSummary({ cells }: Result): string[] {
  const failures = cells.filter(hasFailed);
  if (failures.length === 0) return [];
  const counts = Object.entries(words).flatMap(([status, word]) => {
    const count = cells.filter((cell) => cell.status === status).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  const total = cells.length === 1 ? "1 cell" : `${cells.length} cells`;
  return [[total, ...counts].join(", "), ...failures.map((cell) => `  ${failureLine(cell)}`)];
}
