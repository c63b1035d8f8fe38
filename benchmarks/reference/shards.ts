/**
 * The shards of a part on the disk: a folder and a log each, below the part's own.
 *
 * @module
 */
import { join } from "node:path";
import { makeFolder } from "../../datasets/durable.ts";
import { listFolder } from "../ground/files.ts";
import { cellKey, readCells } from "../record/mod.ts";
import { hasEnded } from "../run/resume.ts";

/** A shard of a part. */
export interface Shard {
  /** From 1 on. */
  number: number;
  /** Of how many. */
  count: number;
  /** The folder of its result. */
  folder: string;
  /** The file of all that it says. */
  log: string;
}

/**
 * The shards of a part. Which cells a shard has follows from how many there are: so that those of a
 * part that has begun stay as many.
 *
 * @param work the part's folder
 * @param wanted how many there are of a part that has not begun, >= 1
 */
export async function shardsOf(work: string, wanted: number): Promise<Shard[]> {
  const begun = (await listFolder(work))
    .filter(({ name, isDirectory }) => isDirectory && /^shard-\d+$/.test(name)).length;
  const count = begun || wanted;
  return Array.from({ length: count }, (_, index) => {
    const folder = join(work, `shard-${index + 1}`);
    return { number: index + 1, count, folder, log: `${folder}.log` };
  });
}

/** Makes the folders of all shards, before any of them begins: from now on they stay as many. */
export async function makeShards(shards: readonly Shard[]): Promise<void> {
  for (const { folder } of shards) await makeFolder(folder);
}

/**
 * The cells that are done, of all shards.
 *
 * @returns their keys, by {@linkcode cellKey}
 * @throws {UsageError} if a cell's record cannot be read
 */
export async function doneCells(shards: readonly Shard[]): Promise<Set<string>> {
  const cells = await Promise.all(shards.map(({ folder }) => readCells(folder)));
  return new Set(cells.flat().filter(hasEnded).map(cellKey));
}
