/**
 * The folder of a measurement: `overhead.json`, and what is made of it.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import type { ReportFile } from "../report/exporter.ts";
import { writeAtomic } from "../record/mod.ts";
import { chartFiles } from "./chart.ts";
import { overheadCsv } from "./csv.ts";
import { overheadMarkdown } from "./markdown.ts";
import { type OverheadResult, parseOverheadResult, schemaVersion } from "./record.ts";

/** The record, within a measurement's folder. */
export const overheadRecord = "overhead.json";

/** All files that are made of a record; those that it does not call for are removed. */
const paths = ["overhead.csv", "overhead.md", "overhead.svg", "overhead-dark.svg"] as const;

/**
 * Everything that is made of a record. The same record gives the same bytes.
 *
 * @param result the record
 */
export async function overheadFiles(result: OverheadResult): Promise<ReportFile[]> {
  return [
    { path: "overhead.csv", content: overheadCsv(result) },
    { path: "overhead.md", content: overheadMarkdown(result) },
    ...await chartFiles(result),
  ];
}

/**
 * Reads the record of a measurement.
 *
 * @param folder the measurement's folder
 * @throws {UsageError} if there is none, it is cut short, of another version or has a wrong field
 */
export async function readOverhead(folder: string): Promise<OverheadResult> {
  const path = join(folder, overheadRecord);
  const cannot = (reason: string) => new UsageError(`Cannot read "${path}" ${reason}`);
  const text = await Deno.readTextFile(path).catch((error) => {
    const missing = error instanceof Deno.errors.NotFound;
    throw cannot(
      missing ? "as there is no such file" : `as it cannot be opened: ${reasonOf(error)}`,
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw cannot(`as it is not JSON, perhaps truncated: ${reasonOf(error)}`);
  }
  try {
    return parseOverheadResult(value);
  } catch (error) {
    if (!(error instanceof v.ValiError)) throw error;
    const [issue] = error.issues;
    throw cannot(
      `as ${v.getDotPath(issue) ?? "it"} is not what schemaVersion ${schemaVersion} ` +
        `wants: ${issue.message}`,
    );
  }
}

/**
 * Whether a folder is a measurement's.
 *
 * @param folder the folder
 */
export function holdsOverhead(folder: string): Promise<boolean> {
  return Deno.stat(join(folder, overheadRecord)).then(() => true, () => false);
}

/**
 * Writes a record and what is made of it, each file atomically.
 *
 * @param folder the folder, made where it is missing
 * @param result the record
 * @returns the paths of all files
 */
export async function writeOverhead(folder: string, result: OverheadResult): Promise<string[]> {
  await writeAtomic(join(folder, overheadRecord), `${JSON.stringify(result, null, 1)}\n`);
  return [join(folder, overheadRecord), ...await writeFiles(folder, result)];
}

/**
 * Makes the reports of a measurement anew from its record, which stays as it is.
 *
 * @param folder the measurement's folder
 * @param out where the reports go
 * @returns their paths
 * @throws {UsageError} if the record cannot be read, or a file not be written
 */
export async function rebuildOverhead(folder: string, out: string = folder): Promise<string[]> {
  return await writeFiles(out, await readOverhead(folder));
}

async function writeFiles(folder: string, result: OverheadResult): Promise<string[]> {
  const files = await overheadFiles(result);
  for (const { path, content } of files) await writeAtomic(join(folder, path), content);
  const written = files.map(({ path }) => path);
  for (const path of paths) if (!written.includes(path)) await removeFile(join(folder, path));
  return written.map((path) => join(folder, path));
}

async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
