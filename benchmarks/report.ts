/**
 * `deno task report DIR [DIR…] [--out DIR]`: rebuilds the reports of a run from its `result.json`,
 * whatever program wrote it, and merges the cells of several, e.g. of shards. A record of an earlier
 * version is written anew in the present form.
 *
 * @module
 */
import { join } from "node:path";
import { parseArguments } from "./cli/arguments.ts";
import { endWith } from "./cli/exit.ts";
import { UsageError } from "./ground/errors.ts";
import { openRecord, recordName, type StoredRecord, upgrade, writeResult } from "./record/mod.ts";
import { mergeRecords } from "./record/merge_runs.ts";
import { writeReport } from "./report/mod.ts";

const usage = "deno task report DIR [DIR…] [--out DIR]";

/**
 * Rebuilds the reports of a run, or merges runs of one comparison and writes the reports of the
 * whole. All is read before anything is written.
 *
 * @param folders the runs' folders
 * @param out where the whole record and its reports go
 * @returns the report to read first
 * @throws {UsageError} if a record cannot be read, several are not of one comparison or of a kind
 * that cannot be merged, or cells of one seed began from other weights
 */
export async function rebuild(folders: readonly string[], out: string): Promise<string> {
  const stored: StoredRecord[] = [];
  for (const folder of folders) stored.push(await openRecord(folder));
  const [first, ...others] = stored;
  if (first === undefined) throw noFolder();
  const record = mergeRecords([first.record, ...others.map(({ record }) => record)]);
  if (others.length === 0 && folders[0] === out) await upgrade(out, first);
  else await writeResult(join(out, recordName), record);
  await writeReport(out, record);
  return join(out, "report.html");
}

function noFolder(): UsageError {
  return new UsageError(`Cannot report as no folder is given: ${usage}`);
}

const options = { out: { type: "string" }, help: { type: "boolean", short: "h" } } as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArguments({ args, options, allowPositionals: true });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const out = values.out ?? positionals[0];
  if (out === undefined) throw noFolder();
  if (positionals.length > 1 && values.out === undefined) {
    throw new UsageError("Cannot merge several runs without --out DIR, a folder for the whole");
  }
  console.log(`report: ${await rebuild(positionals, out)}`);
  return 0;
}

if (import.meta.main) await endWith(() => main(Deno.args));
