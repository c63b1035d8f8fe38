/**
 * The folder of a measurement: `overhead.json`, and what is made of it.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import { writeAtomic } from "../record/mod.ts";
import { writeReport } from "../report/mod.ts";
import { type OverheadResult, parseOverheadResult, schemaVersion } from "./record.ts";

/** The record, within a measurement's folder. */
export const overheadRecord = "overhead.json";

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
 * Writes a record and its reports, each file atomically.
 *
 * @param folder the folder, made where it is missing
 * @param result the record
 * @returns the paths of all files
 */
export async function writeOverhead(folder: string, result: OverheadResult): Promise<string[]> {
  const record = join(folder, overheadRecord);
  await writeAtomic(record, `${JSON.stringify(result, null, 1)}\n`);
  return [record, ...await writeReport(folder, result)];
}
