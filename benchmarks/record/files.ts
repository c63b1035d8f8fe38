/**
 * Records and cells on disk.
 *
 * @module
 */
import { join } from "node:path";
import { exists, listFolder, readText, remove, writeAtomic } from "../ground/files.ts";
import { UsageError } from "../ground/errors.ts";
import type { CellId, CellRecord } from "./cell.ts";
import type { Result } from "./cells.ts";
import { schemaVersion } from "./head.ts";
import type { AnyRecord, Kind, RecordOf } from "./kinds.ts";
import { oldNames } from "./migrate.ts";
import { parseCell, type ParsedRecord, parseRecord } from "./parse.ts";
import { withSharedDigests } from "./shared_digests.ts";

/** The file of every record, within a run's folder. */
export const recordName = "result.json";

/** The names that a record may have, the present one first. */
export const recordNames: readonly string[] = [
  ...new Set([recordName, ...Object.values(oldNames)]),
];

/** A record as it lies on the disk. */
export interface StoredRecord<K extends Kind = Kind> extends ParsedRecord {
  record: RecordOf<K>;
  file: string;
}

/**
 * Reads a record. One of an earlier version is migrated, and a line on stderr says so.
 *
 * @param place the file, or its folder
 * @throws {UsageError} if it is missing, truncated, of a later version, of another kind, or has
 * a wrong field
 */
export async function openRecord<K extends Kind = Kind>(
  place: string,
  kind?: K,
): Promise<StoredRecord<K>> {
  const isFolder = await Deno.stat(place).then(({ isDirectory }) => isDirectory, () => false);
  const file = isFolder ? await recordIn(place) ?? join(place, recordName) : place;
  const { record, version } = parseRecord(await readText(file), file);
  if (kind !== undefined && record.kind !== kind) {
    throw new UsageError(
      `Cannot take "${file}" as it must hold ${kind}: it holds ${record.kind}, of ` +
        `bench:${record.suite}`,
    );
  }
  if (version !== schemaVersion) console.error(`${file}: read as version ${version}`);
  return { record: record as RecordOf<K>, version, file };
}

/**
 * The record in a folder, under its present name or an earlier one.
 *
 * @returns its path; nothing where there is none
 */
export async function recordIn(folder: string): Promise<string | undefined> {
  for (const name of recordNames) {
    if (await exists(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/**
 * Reads a record of cells; as {@linkcode openRecord}.
 *
 * @param place the file, or its folder
 */
export async function readResult(place: string): Promise<Result> {
  return (await openRecord(place, "cells")).record;
}

/** Writes a record, atomically; makes the folder where it is missing. */
export async function writeResult(path: string, record: AnyRecord): Promise<void> {
  await writeAtomic(path, jsonText(withSharedDigests(record)));
}

/** An entry a line, as a cell's: changes show by lines, and no bytes go on indentation. */
function jsonText(value: object): string {
  const lines = Object.entries(value).filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${JSON.stringify(name)}: ${fieldText(field)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

function fieldText(field: unknown): string {
  if (!Array.isArray(field)) return JSON.stringify(field);
  return `[\n${field.map((entry) => JSON.stringify(entry) ?? "null").join(",\n")}\n]`;
}

/**
 * Writes a record that was of an earlier version in its present form, in the same folder. The earlier
 * file is removed when the new one is whole.
 *
 * @param stored what was read there; nothing happens where it is of this version
 */
export async function upgrade(folder: string, stored: StoredRecord): Promise<void> {
  const path = join(folder, recordName);
  if (stored.version === schemaVersion) return;
  await writeResult(path, stored.record);
  if (stored.file !== path) await remove(stored.file);
}

/**
 * A cell's name in the file system: `<arm>-seed<seed>`; characters that a file name may not hold are
 * percent-encoded.
 */
export function cellName({ arm, seed }: CellId): string {
  return `${encodeURIComponent(arm)}-seed${seed}`;
}

/** Where the record of a cell lies: `<outDir>/cells/<name>.json`, see {@linkcode cellName}. */
export function cellPath(outDir: string, cell: CellId): string {
  return join(outDir, "cells", `${cellName(cell)}.json`);
}

/**
 * Reads the record of one cell.
 *
 * @throws {UsageError} as {@linkcode openRecord}
 */
export async function readCell(path: string): Promise<CellRecord> {
  return parseCell(await readText(path), path);
}

/**
 * Reads all cell records of a run, in the order of their files' names.
 *
 * @returns no records where there is no folder of cells
 */
export async function readCells(outDir: string): Promise<CellRecord[]> {
  const folder = join(outDir, "cells");
  const files = (await listFolder(folder)).filter(({ isFile }) => isFile);
  const names = files.map(({ name }) => name).filter((name) => name.endsWith(".json")).sort();
  return await Promise.all(names.map((name) => readCell(join(folder, name))));
}

/** Writes the record of one cell to its place, atomically; makes the folder where it is missing. */
export async function writeCell(outDir: string, cell: CellRecord): Promise<string> {
  const path = cellPath(outDir, cell);
  await writeAtomic(path, jsonText({ schemaVersion, ...cell }));
  return path;
}
