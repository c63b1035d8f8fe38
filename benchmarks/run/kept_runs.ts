/**
 * Runs that are there: read, merged, and their reports written anew.
 *
 * @module
 */
import { checkValues, flag, type Table } from "../cli/options.ts";
import { openRecord, type Result } from "../record/mod.ts";
import { rebuild } from "../report/rebuild.ts";
import { UsageError } from "../ground/errors.ts";
import { folder as folderKind } from "../ground/value_kinds.ts";
import { inProgramWords } from "./check_compare_options.ts";
import type { ComparisonResult } from "./comparison_result.ts";
import { inWords } from "./program_words.ts";

/** How {@linkcode mergeRuns} writes. */
export interface MergeRunsOptions {
  /**
   * Whether another run in the folder is replaced; one that was merged from these always is.
   *
   * @default {false}
   */
  force?: boolean;
}

const mergeOptions: Table<Required<MergeRunsOptions>> = {
  force: flag("replace what is in the folder"),
};

/**
 * The record of a run of `compare()`, or of a suite that trains.
 *
 * @param folder the run's folder
 * @returns what is in its `result.json`, which may be of an earlier version
 * @throws {UsageError} if there is none, it cannot be read, or it is of another kind
 */
export async function readRun(folder: string): Promise<ComparisonResult> {
  folderKind.check(folder, "folder");
  return await inProgram(() => read(folder));
}

/**
 * Merges runs of one comparison, such as its shards, into one record with the reports of the whole:
 * `deno task report DIR1 DIR2 --out DIR`. Kept weights are taken along. All is read before anything is
 * written, and merging the same runs again gives the same.
 *
 * @param folders the runs' folders
 * @param out the folder of the whole
 * @param options what becomes of another run there
 * @returns the whole
 * @throws {UsageError} if a record cannot be read, they are not of one comparison, cells of one seed
 * began from other weights, or `out` holds another run
 */
export async function mergeRuns(
  folders: readonly string[],
  out: string,
  options: MergeRunsOptions = {},
): Promise<ComparisonResult> {
  const { force } = checkValues(mergeOptions, options);
  if (!Array.isArray(folders) || folders.length === 0) {
    throw new UsageError("Cannot merge as folders must be a list of runs' folders, one or more");
  }
  folders.forEach((folder) => folderKind.check(folder, "folders"));
  folderKind.check(out, "out");
  return await inProgram(async () => {
    for (const folder of folders) await read(folder);
    await rebuild(folders, out, { force });
    return await read(out);
  });
}

/**
 * Writes the reports of a run anew from its `result.json`: `deno task report DIR`. A record of an
 * earlier version is written in the present form.
 *
 * @param folder the run's folder
 * @returns the report to read first, `report.html`; the others lie beside it
 * @throws {UsageError} if the record cannot be read or the folder cannot be written
 */
export async function writeReport(folder: string): Promise<string> {
  folderKind.check(folder, "folder");
  return await inProgram(() => rebuild([folder], folder));
}

async function inProgram<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw inWords(error, inProgramWords);
  }
}

async function read(folder: string): Promise<Result> {
  const { record } = await openRecord(folder, "cells");
  return record;
}
