/**
 * `deno task report:site SOURCE OUT`: the reports of all runs in a folder as a website, with a page
 * that links to them, and to the demo page where `OUT/demo` has it.
 *
 * @module
 */
import { join } from "node:path";
import { reasonOf } from "../datasets/errors.ts";
import { type Program, program, start } from "./cli/program.ts";
import { UsageError } from "./ground/errors.ts";
import { rebuild } from "./report.ts";
import { writeAtomic } from "./ground/files.ts";
import { openRecord, recordIn } from "./record/mod.ts";
import { siteIndex, type SiteRun } from "./report/site.ts";

/**
 * Writes the website.
 *
 * @param source a folder whose folders are runs, of any program; those without a record are passed
 * over
 * @param out the website's folder; kept weights don't go there
 * @returns the names of the runs, in order
 * @throws {UsageError} if there is no run, one cannot be read, or `out` has a later one in its place
 */
export async function writeSite(source: string, out: string): Promise<string[]> {
  const runs: SiteRun[] = [];
  for (const name of await foldersIn(source)) {
    const folder = join(source, name);
    if (await recordIn(folder) === undefined) continue;
    runs.push({ name, record: (await openRecord(folder)).record });
  }
  if (runs.length === 0) throw new UsageError(`Cannot write a site as ${source} holds no run`);
  for (const run of runs) await checkNoLater(run, join(out, run.name));
  for (const { name } of runs) {
    await rebuild([join(source, name)], join(out, name), { force: true, weights: false });
  }
  await writeAtomic(join(out, "index.html"), await siteIndex(runs, await hasDemo(out)));
  return runs.map(({ name }) => name);
}

/** Fails where a report would replace a later run's, as where the two folders were exchanged. */
async function checkNoLater({ record }: SiteRun, folder: string): Promise<void> {
  if (await recordIn(folder) === undefined) return;
  const { record: there } = await openRecord(folder);
  if (Date.parse(there.createdAt) <= Date.parse(record.createdAt)) return;
  throw new UsageError(
    `Cannot write a site into ${folder} as the run there is later, of ${there.createdAt}: ` +
      "choose another folder for the site, or remove it",
  );
}

/** Whether `deno task build:demo` has written its page into the site. */
async function hasDemo(out: string): Promise<boolean> {
  return await Deno.stat(join(out, "demo", "index.html")).then(({ isFile }) => isFile, () => false);
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  } catch (error) {
    throw new UsageError(`Cannot read ${folder}: ${reasonOf(error)} (--help says what is wanted)`, {
      cause: error,
    });
  }
}

/** The program. */
export const site: Program = program({
  command: "deno task report:site",
  summary:
    "Writes a website of the reports of all runs in a folder, with a page that leads to them.",
  operands: {
    SOURCE: "a folder whose folders are runs; those without a record are passed over",
    OUT: "the website's folder",
  },
  options: {},
  examples: ["deno task report:site reports site"],
  async run(_, { operands }) {
    const [source, out] = operands as [string, string];
    const names = await writeSite(source, out);
    console.log(`site of ${names.join(", ")}: ${join(out, "index.html")}`);
  },
});

if (import.meta.main) await start(site);
