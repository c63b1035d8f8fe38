import type { CellRecord, Result } from "../../record/mod.ts";

/**
 * The arms that are said to standardize and did not: their model has no convolutions, or no more
 * than are left alone. Such an arm is the baseline under another name.
 *
 * @param result a result
 * @returns their names
 */
export function idleArms({ arms, cells }: Pick<Result, "arms" | "cells">): string[] {
  return arms.map(({ name }) => name)
    .filter((name) => cells.some((cell) => cell.arm === name && isIdle(cell)));
}

function isIdle({ algorithms, standardizedCount }: CellRecord): boolean {
  return standardizedCount === 0 &&
    algorithms.some((algorithm) => algorithm.startsWith("WeightStandardization("));
}
