/**
 * `deno task report:site SOURCE OUT`: the reports of all runs in a folder as a website, with a page
 * that leads to them.
 *
 * @module
 */
import { join, relative } from "node:path";
import { reasonOf } from "../datasets/errors.ts";
import { parseArguments } from "./cli/arguments.ts";
import { UsageError } from "./ground/errors.ts";
import { endWith, exitCodes } from "./cli/exit.ts";
import { rebuild } from "./report.ts";
import { writeAtomic } from "./ground/files.ts";
import { openRecord, recordIn } from "./record/mod.ts";
import { siteIndex, type SiteRun } from "./report/html/site.ts";

const usage = "deno task report:site SOURCE OUT";

/**
 * Writes the website.
 *
 * @param source a folder whose folders are runs, of any program; those without a record are passed
 * over
 * @param out the website's folder
 * @returns the names of the runs, in order
 * @throws {UsageError} if there is no run, or one cannot be read
 */
export async function writeSite(source: string, out: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await foldersIn(source)) {
    if (await recordIn(join(source, name)) !== undefined) names.push(name);
  }
  if (names.length === 0) throw new UsageError(`Cannot write a site as ${source} holds no run`);
  const runs: SiteRun[] = [];
  for (const name of names) {
    const { record } = await openRecord(join(source, name));
    const report = await rebuild([join(source, name)], join(out, name));
    runs.push({ record, path: relative(out, report) });
  }
  await writeAtomic(join(out, "index.html"), await siteIndex(runs));
  return names;
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  } catch (error) {
    throw new UsageError(`Cannot read ${folder}: ${reasonOf(error)}; ${usage}`, { cause: error });
  }
}

const options = { help: { type: "boolean", short: "h" } } as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArguments({ args, options, allowPositionals: true });
  if (values.help) {
    console.log(usage);
    return exitCodes.done;
  }
  const [source, out, ...others] = positionals;
  if (source === undefined || out === undefined || others.length > 0) {
    throw new UsageError(`Cannot write a site as it wants two folders: ${usage}`);
  }
  const names = await writeSite(source, out);
  console.log(`site of ${names.join(", ")}: ${join(out, "index.html")}`);
  return exitCodes.done;
}

if (import.meta.main) await endWith(() => main(Deno.args));
