/**
 * Reports: each exporter is a pure function of a result, and one line in a table.
 *
 * @module
 */
import { join } from "node:path";
import { type Result, writeAtomic } from "../record/mod.ts";
import { csvFiles } from "./csv.ts";
import { curveFiles } from "./curves.ts";
import type { Exporter } from "./exporter.ts";
import { htmlFiles } from "./html.ts";
import { markdownFiles } from "./markdown.ts";
import { panelFiles } from "./panel.ts";
import { trackerFiles } from "./trackers.ts";

/** All exporters. */
export const exporters: readonly Exporter[] = [
  { name: "csv", paths: ["result.csv", "summary.csv", "overhead.csv"], files: csvFiles },
  { name: "markdown", paths: ["report.md"], files: markdownFiles },
  { name: "curves", paths: ["curves.svg", "curves-dark.svg"], files: curveFiles },
  { name: "panel", paths: ["panel.png"], files: panelFiles },
  { name: "html", paths: ["report.html"], files: htmlFiles },
  {
    name: "trackers",
    paths: ["customBiggerIsBetter.json", "customSmallerIsBetter.json"],
    files: trackerFiles,
  },
];

/**
 * Writes every exporter's files, each atomically, and removes those that an earlier result left and
 * this one does not have.
 *
 * @param outDir the folder, made where it is missing
 * @param result the result
 * @returns the paths written, in order of the exporters
 */
export async function writeReport(outDir: string, result: Result): Promise<string[]> {
  const paths: string[] = [];
  for (const exporter of exporters) {
    const files = await exporter.files(result);
    for (const { path, content } of files) {
      await writeAtomic(join(outDir, path), content);
      paths.push(join(outDir, path));
    }
    const stale = exporter.paths.filter((name) => !files.some(({ path }) => path === name));
    for (const name of stale) await removeFile(join(outDir, name));
  }
  return paths;
}

/**
 * Removes every exporter's files: those of a run that another takes the place of.
 *
 * @param outDir the folder
 */
export async function removeReport(outDir: string): Promise<void> {
  for (const name of exporters.flatMap(({ paths }) => paths)) await removeFile(join(outDir, name));
}

async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
