/**
 * Results and cells on disk. Every file is written beside its place and renamed into it, so that a
 * reader meets the old file or the new one, never a part.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../errors.ts";
import { type CellRecord, type Result, schemaVersion } from "./record.ts";
import { parseCell, parseResult } from "./schema.ts";

/**
 * Where the record of a cell lies: `<outDir>/cells/<arm>-seed<seed>.json`, with a sweep
 * `<arm>@<sweep>-seed<seed>.json`; characters that a file name may not hold are percent-encoded.
 *
 * @param outDir the run's folder
 * @param cell the cell's arm, seed and sweep
 */
export function cellPath(
  outDir: string,
  cell: Pick<CellRecord, "arm" | "seed" | "sweep">,
): string {
  const sweep = cell.sweep === undefined ? "" : `@${encodeURIComponent(cell.sweep)}`;
  return join(outDir, "cells", `${encodeURIComponent(cell.arm)}${sweep}-seed${cell.seed}.json`);
}

/**
 * Reads a `result.json`.
 *
 * @param path the file
 * @throws {UsageError} if the file is missing, truncated, of another version or has a wrong field
 */
export async function readResult(path: string): Promise<Result> {
  return parseResult(await readText(path), path);
}

/**
 * Writes a `result.json`, atomically; makes the folder where it is missing.
 *
 * @param path the file
 * @param result the result
 */
export async function writeResult(path: string, result: Result): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(result, null, 1)}\n`);
}

/**
 * Reads the record of one cell.
 *
 * @param path the file, see {@linkcode cellPath}
 * @throws {UsageError} as {@linkcode readResult}
 */
export async function readCell(path: string): Promise<CellRecord> {
  return parseCell(await readText(path), path);
}

/**
 * Reads all cell records of a run, in the order of their files' names.
 *
 * @param outDir the run's folder
 * @returns no records where there is no folder of cells
 */
export async function readCells(outDir: string): Promise<CellRecord[]> {
  const folder = join(outDir, "cells");
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(".json")) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return await Promise.all(names.sort().map((name) => readCell(join(folder, name))));
}

/**
 * Writes the record of one cell to its place, atomically; makes the folder where it is missing.
 *
 * @param outDir the run's folder
 * @param cell the record
 * @returns the file's path
 */
export async function writeCell(outDir: string, cell: CellRecord): Promise<string> {
  const path = cellPath(outDir, cell);
  await writeAtomic(path, `${JSON.stringify({ schemaVersion, ...cell }, null, 1)}\n`);
  return path;
}

/**
 * Writes a file beside its place, flushes it to the disk and renames it into its place.
 *
 * @param path the file; its folder is made where it is missing
 * @param content text (as UTF-8) or bytes
 * @throws {UsageError} if it cannot be written, e.g. as the disk is full
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    using file = await Deno.open(temporary, { write: true, createNew: true });
    let rest = typeof content === "string" ? new TextEncoder().encode(content) : content;
    while (rest.length > 0) rest = rest.subarray(await file.write(rest));
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new UsageError(`Cannot write "${path}": ${reasonOf(error)}`, { cause: error });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    const reason = missing ? " as there is no such file" : `: ${reasonOf(error)}`;
    throw new UsageError(`Cannot read "${path}"${reason}`, { cause: error });
  }
}
