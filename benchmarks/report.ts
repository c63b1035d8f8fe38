/**
 * `deno task report DIR [DIR…] [--out DIR]`: rebuilds the reports of a run from its `result.json`,
 * and merges the cells of several, e.g. of shards; or those of a measurement of overhead.
 *
 * @module
 */
import { join } from "node:path";
import { parseArguments } from "./cli/arguments.ts";
import { UsageError } from "./ground/errors.ts";
import { endWith } from "./cli/exit.ts";
import { holdsOverhead, rebuildOverhead } from "./timing/files.ts";
import { isTold } from "./ground/instruction_sets.ts";
import { checkPaired } from "./record/check_paired.ts";
import { writeReport } from "./report/mod.ts";
import { onOrOff } from "./report/run.ts";
import {
  type Environment,
  mergeCells,
  readResult,
  type Result,
  type Warning,
  writeResult,
} from "./record/mod.ts";
import { differenceOf, joinCommands } from "./record/same_run.ts";

const usage = "deno task report DIR [DIR…] [--out DIR]";

/**
 * Rebuilds the reports of a run, or merges runs of one comparison and writes the reports of the
 * whole. All is read before anything is written.
 *
 * @param folders the runs' folders
 * @param out where the merged result and its reports go
 * @returns the report to read first
 * @throws {UsageError} if a result cannot be read, two are not of one comparison, or cells of one
 * seed began from other weights
 */
export async function rebuild(folders: readonly string[], out: string): Promise<string> {
  const [first] = folders;
  if (first === undefined) throw noFolder();
  if (await holdsOverhead(first)) {
    if (folders.length > 1) {
      throw new UsageError("Cannot merge measurements of overhead: each is of one machine and run");
    }
    await rebuildOverhead(first, out);
    return join(out, "overhead.md");
  }
  const results: Result[] = [];
  for (const folder of folders) results.push(await readResult(join(folder, "result.json")));
  const whole = merged(results);
  if (folders.length > 1 || first !== out) await writeResult(join(out, "result.json"), whole);
  await writeReport(out, whole);
  return join(out, "report.html");
}

function merged(results: readonly Result[]): Result {
  const [first, ...others] = results as [Result, ...Result[]];
  for (const other of others) {
    const difference = differenceOf(first, other);
    if (difference === undefined) continue;
    throw new UsageError(
      `Cannot merge the runs as they differ in ${difference}: give those of one comparison`,
    );
  }
  const whole = mergeCells(first, others.flatMap(({ cells }) => cells));
  checkPaired(
    whole.cells,
    "these cells do not pair: run those of one seed again, on one machine",
  );
  const overhead = results.find((result) => result.overhead !== undefined)?.overhead;
  return {
    ...whole,
    command: results.map(({ command }) => command).reduce(joinCommands),
    panels: results.find(({ panels }) => panels.length > 0)?.panels ?? [],
    warnings: mergedWarnings(results),
    ...(overhead !== undefined && { overhead }),
  };
}

/** What times depend on; of the details, those that all results tell. */
function machineName(machine: Environment, told: readonly (keyof Environment)[]): string {
  const { cpu, cores, gpu = "", instructionSets, oneDnn = false } = machine;
  return [
    `${gpu} ${cpu}, ${cores} cores`.trim(),
    ...(told.includes("instructionSets") ? [`(${instructionSets})`] : []),
    ...(told.includes("oneDnn") ? [`oneDNN ${onOrOff(oneDnn)}`] : []),
  ].join(" ");
}

/** Every warning once, and one more where times of several machines come together. */
function mergedWarnings(results: readonly Result[]): Warning[] {
  const told = (["instructionSets", "oneDnn"] as const).filter((key) =>
    results.every(({ environment }) => isTold(environment[key]))
  );
  const machines = new Set(
    results.map(({ environment }) => machineName(environment, told)),
  );
  const mixed = {
    code: "mixed-machines",
    message: `these cells ran on ${machines.size} kinds of machine: ${[...machines].join("; ")}`,
    advice: "Compare quality, and times only where they were taken in turn on one machine",
  };
  const all = [
    ...results.flatMap(({ warnings }) => warnings),
    ...(machines.size > 1 ? [mixed] : []),
  ];
  return [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()];
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
