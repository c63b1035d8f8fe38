/**
 * What is made of the record of a measurement.
 *
 * @module
 */
import { join } from "node:path";
import { remove, writeAtomic } from "../ground/files.ts";
import type { TimingsRecord } from "../record/mod.ts";
import type { ReportFile } from "../report/exporter.ts";
import { chartFiles } from "./chart.ts";
import { overheadCsv } from "./csv.ts";
import { overheadMarkdown } from "./markdown.ts";

/** All files that are made of a record; those that it does not call for are removed. */
const paths = ["overhead.csv", "overhead.md", "overhead.svg", "overhead-dark.svg"] as const;

/**
 * Everything that is made of a record. The same record gives the same bytes.
 *
 * @param record the record
 */
export async function overheadFiles(record: TimingsRecord): Promise<ReportFile[]> {
  return [
    { path: "overhead.csv", content: overheadCsv(record) },
    { path: "overhead.md", content: overheadMarkdown(record) },
    ...await chartFiles(record),
  ];
}

/**
 * Writes the reports of a measurement, each file atomically.
 *
 * @param outDir the folder, made where it is missing
 * @param record the record
 * @returns the report to read first
 */
export async function writeOverheadReport(outDir: string, record: TimingsRecord): Promise<string> {
  const files = await overheadFiles(record);
  for (const { path, content } of files) await writeAtomic(join(outDir, path), content);
  const stale = paths.filter((name) => !files.some(({ path }) => path === name));
  for (const name of stale) await remove(join(outDir, name));
  return join(outDir, "overhead.md");
}
