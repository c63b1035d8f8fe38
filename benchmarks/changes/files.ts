import { join } from "node:path";
import { writeAtomic } from "../ground/files.ts";
import type { ChangesRecord } from "../record/mod.ts";
import { comparisonMarkdown } from "./markdown.ts";

/**
 * Writes the report of a comparison of two versions, atomically.
 *
 * @param outDir the folder, made where it is missing
 * @param record the record
 * @returns the report
 */
export async function writeChangesReport(outDir: string, record: ChangesRecord): Promise<string> {
  const path = join(outDir, "comparison.md");
  await writeAtomic(path, comparisonMarkdown(record));
  return path;
}
