/**
 * What stays of the weights of a part that is done: those of one seed, where they are small.
 *
 * @module
 */
import { join } from "node:path";
import { remove } from "../ground/files.ts";
import { type CellRecord, readResult, weightsPath } from "../record/mod.ts";

/** The most that a file of weights may have to be kept, in bytes: reports are read over networks, too. */
export const mostKeptBytes = 2e6;

/**
 * Removes the weights of all seeds but the first, and those of more than {@linkcode mostKeptBytes}.
 * The record has the SHA-256 of each, so that whoever repeats a run can tell that its weights are the
 * same.
 *
 * @param folder of the part's result
 * @returns how many files stay
 */
export async function keepFew(folder: string): Promise<number> {
  const { cells, seeds } = await readResult(folder);
  const kept = cells.filter((cell) => isKept(cell, seeds[0]!));
  for (const cell of cells.filter((cell) => !kept.includes(cell))) {
    await remove(join(folder, weightsPath(cell, "last")));
  }
  return kept.length;
}

function isKept({ seed, weights }: CellRecord, first: number): boolean {
  const { last } = weights ?? {};
  return last !== undefined && seed === first && last.bytes <= mostKeptBytes;
}
