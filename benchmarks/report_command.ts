/**
 * `deno task report DIR [DIR…] [--out DIR]`: rebuilds the reports of a run from its `result.json`,
 * and merges the cells of several, e.g. of shards.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import { endWith } from "./exit.ts";
import { checkSameRun, joinCommands } from "./output.ts";
import { writeReport } from "./report/mod.ts";
import { mergeCells, readResult, type Result, writeResult } from "./result.ts";

const usage = "deno task report DIR [DIR…] [--out DIR]";

/**
 * Merges runs of one comparison and writes the reports of the whole.
 *
 * @param folders the runs' folders
 * @param out where the merged result and its reports go
 * @throws {UsageError} if a result cannot be read, or two are not of one comparison
 */
export async function rebuild(folders: readonly string[], out: string): Promise<void> {
  const results: Result[] = [];
  for (const folder of folders) results.push(await readResult(join(folder, "result.json")));
  const [first, ...others] = results;
  if (first === undefined) throw new UsageError(`Cannot report as no folder is given: ${usage}`);
  others.forEach((other) => checkSameRun(first, other));
  const merged = mergeCells(first, others.flatMap(({ cells }) => cells));
  const overhead = results.find((result) => result.overhead !== undefined)?.overhead;
  const command = results.map(({ command }) => command).reduce(joinCommands);
  const whole = { ...merged, command, ...(overhead !== undefined && { overhead }) };
  if (folders.length > 1 || folders[0] !== out) await writeResult(join(out, "result.json"), whole);
  await writeReport(out, whole);
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const out = values.out ?? positionals[0];
  if (out === undefined) throw new UsageError(`Cannot report as no folder is given: ${usage}`);
  if (positionals.length > 1 && values.out === undefined) {
    throw new UsageError("Cannot merge several runs without --out DIR, a folder for the whole");
  }
  await rebuild(positionals, out);
  console.log(`report: ${join(out, "report.md")}`);
  return 0;
}

function parse(args: string[]) {
  try {
    const options = { out: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}; usage: ${usage}`);
  }
}

if (import.meta.main) await endWith(() => main(Deno.args));
