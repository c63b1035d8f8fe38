/**
 * `deno task report:site SOURCE OUT`: the reports of all runs in a folder as a website, with a page
 * that leads to them.
 *
 * @module
 */
import { join } from "node:path";
import { parseArguments } from "./cli/arguments.ts";
import { UsageError } from "./ground/errors.ts";
import { endWith, exitCodes } from "./cli/exit.ts";
import { rebuild } from "./report.ts";
import { readResult, type Result, writeAtomic } from "./record/mod.ts";
import { siteIndex } from "./report/html/site.ts";

const usage = "deno task report:site SOURCE OUT";

/**
 * Writes the website.
 *
 * @param source a folder whose folders are runs; those without a `result.json` are passed over
 * @param out the website's folder
 * @returns the names of the runs, in order
 * @throws {UsageError} if there is no run, or one cannot be read
 */
export async function writeSite(source: string, out: string): Promise<string[]> {
  const runs: { name: string; result: Result }[] = [];
  for (const name of await foldersIn(source)) {
    if (!await exists(join(source, name, "result.json"))) continue;
    runs.push({ name, result: await readResult(join(source, name, "result.json")) });
  }
  if (runs.length === 0) throw new UsageError(`Cannot write a site as ${source} holds no run`);
  for (const { name } of runs) await rebuild([join(source, name)], join(out, name));
  await writeAtomic(join(out, "index.html"), await siteIndex(runs));
  return runs.map(({ name }) => name);
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read ${folder}: ${reason}; ${usage}`, { cause: error });
  }
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
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
