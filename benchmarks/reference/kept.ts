/**
 * What stays of the weights of a part that is done: those of one seed an arm, where they are small,
 * and those that other parts begin from.
 *
 * @module
 */
import { type CellId, cellKey, type CellRecord, gatherWeights, readResult } from "../record/mod.ts";

/** The most that a file of weights may have to be kept, in bytes: reports are read over networks, too. */
export const mostKeptBytes = 2e6;

/**
 * The cells whose weights are kept: of each arm the first that has any, unless they are large. The
 * record has the SHA-256 of all, so that whoever repeats a run can tell that its weights are the same.
 *
 * @param cells in the order of the record
 * @param needed cells that other parts begin from
 */
export function keptCells(
  cells: readonly CellRecord[],
  needed: readonly CellId[] = [],
): CellRecord[] {
  const withWeights = cells.filter((cell) => bytesOf(cell).length > 0);
  const first = new Map(withWeights.toReversed().map((cell) => [cell.arm, cell]));
  const keys = needed.map(cellKey);
  return withWeights.filter((cell) =>
    keys.includes(cellKey(cell)) ||
    (first.get(cell.arm) === cell && bytesOf(cell).every((bytes) => bytes <= mostKeptBytes))
  );
}

/** The sizes of a cell's files of weights. */
function bytesOf({ weights = {} }: CellRecord): number[] {
  return Object.values(weights).map(({ bytes }) => bytes);
}

/**
 * Puts the weights that are kept beside a report: as links to those of its shards, or as copies.
 *
 * @param shards the folders of the shards
 * @param report the folder of what was merged from them
 * @returns what is missing, a line each
 */
export async function gatherFew(
  shards: readonly string[],
  report: string,
  needed: readonly CellId[],
): Promise<string[]> {
  const whole = await readResult(report);
  const runs = [];
  for (const folder of shards) runs.push({ folder, record: await readResult(folder) });
  return await gatherWeights(runs, { ...whole, cells: keptCells(whole.cells, needed) }, report);
}
