/**
 * Results and cells on disk. Every file is written beside its place and renamed into it, so that a
 * reader meets the old file or the new one, never a part.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import { type CellId, type CellRecord, type Result, schemaVersion } from "./record.ts";
import { parseCell, parseResult } from "./schema.ts";

/**
 * A cell's name in the file system: `<arm>-seed<seed>`, with a sweep `<arm>@<sweep>-seed<seed>`;
 * characters that a file name may not hold are percent-encoded.
 *
 * @param cell the cell's arm, seed and sweep
 */
export function cellName({ arm, seed, sweep }: CellId): string {
  const row = sweep === undefined ? "" : `@${encodeURIComponent(sweep)}`;
  return `${encodeURIComponent(arm)}${row}-seed${seed}`;
}

/**
 * Where the record of a cell lies: `<outDir>/cells/<name>.json`, see {@linkcode cellName}.
 *
 * @param outDir the run's folder
 * @param cell the cell's arm, seed and sweep
 */
export function cellPath(outDir: string, cell: CellId): string {
  return join(outDir, "cells", `${cellName(cell)}.json`);
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
  const files = (await listFolder(folder)).filter(({ isFile }) => isFile);
  const names = files.map(({ name }) => name).filter((name) => name.endsWith(".json")).sort();
  return await Promise.all(names.map((name) => readCell(join(folder, name))));
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

/** What {@linkcode writeAtomic} adds to a file's name until the file is whole. */
const temporaryEnding = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Removes what a process that was killed left of {@linkcode writeAtomic}. Only for a folder that
 * nobody else writes into.
 *
 * @param folder the folder; nothing happens where there is none
 */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = (await listFolder(folder)).map(({ name }) => name);
  for (const name of names.filter((name) => temporaryEnding.test(name))) {
    await Deno.remove(join(folder, name));
  }
}

/**
 * What lies in a folder.
 *
 * @param folder the folder
 * @returns its entries; none where there is no such folder
 */
export async function listFolder(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
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
