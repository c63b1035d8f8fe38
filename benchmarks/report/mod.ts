/**
 * Reports: each exporter is a pure function of a result, and one line in a table.
 *
 * @module
 */
import { join } from "node:path";
import { type Result, writeAtomic } from "../result.ts";
import { csvFiles } from "./csv.ts";
import { curveFiles } from "./curves.ts";
import type { Exporter } from "./exporter.ts";
import { markdownFiles } from "./markdown.ts";
import { panelFiles } from "./panel.ts";

/** All exporters. */
export const exporters: readonly Exporter[] = [
  { name: "csv", files: csvFiles },
  { name: "markdown", files: markdownFiles },
  { name: "curves", files: curveFiles },
  { name: "panel", files: panelFiles },
];

/**
 * Writes every exporter's files, each atomically.
 *
 * @param outDir the folder, made where it is missing
 * @param result the result
 * @returns the paths written, in order of the exporters
 */
export async function writeReport(outDir: string, result: Result): Promise<string[]> {
  const paths: string[] = [];
  for (const exporter of exporters) {
    for (const { path, content } of await exporter.files(result)) {
      await writeAtomic(join(outDir, path), content);
      paths.push(join(outDir, path));
    }
  }
  return paths;
}
