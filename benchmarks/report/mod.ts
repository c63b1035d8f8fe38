/**
 * Reports: files that are pure functions of a record. A new form is one more renderer and its line in `forms.ts`, a new kind
 * of record one more entry in a table.
 *
 * @module
 */
import { join } from "node:path";
import { listFolder, writeAtomic } from "../ground/files.ts";
import { UsageError } from "../ground/errors.ts";
import { asUsageError } from "../ground/usage_errors.ts";
import type { AnyRecord, Kind, RecordOf } from "../record/mod.ts";
import { csvFiles } from "./cells/csv.ts";
import { cellsDocument } from "./cells/document.ts";
import { trackerFiles } from "./cells/trackers.ts";
import { detectionCsv, detectionDocument } from "./changes/detection.ts";
import { changesDocument } from "./changes/document.ts";
import type { Document } from "./document.ts";
import { documentFiles, type ReportFile } from "./document_files.ts";
import { forms } from "./forms.ts";
import { scalingCsv } from "./scaling/csv.ts";
import { scalingDocument } from "./scaling/document.ts";
import { overheadCsv } from "./timings/csv.ts";
import { timingsDocument } from "./timings/document.ts";

/** The reports of a kind of record. */
interface Exporter<R> {
  document(record: R): Document;
  /** Files for programs. */
  data(record: R): ReportFile[];
}

const exporters: { readonly [K in Kind]: Exporter<RecordOf<K>> } = {
  cells: {
    document: cellsDocument,
    data: (record) => [...csvFiles(record), ...trackerFiles(record)],
  },
  timings: {
    document: timingsDocument,
    data: (record) => [{ path: "overhead.csv", content: overheadCsv(record) }],
  },
  changes: {
    document: changesDocument,
    data: () => [],
  },
  detection: {
    document: detectionDocument,
    data: (record) => [{ path: "detection.csv", content: detectionCsv(record) }],
  },
  scaling: {
    document: scalingDocument,
    data: (record) => [{ path: "scaling.csv", content: scalingCsv(record) }],
  },
};

/** All files that a report may have; those that a record does not need are removed. */
const names: ReadonlySet<string> = new Set([
  ...forms.map(({ path }) => path),
  "panel.png",
  ...["curves", "grid", "overhead", "law", "scaling", "smoothness", "smoothness-layerwise"]
    .flatMap((name) => [`${name}.svg`, `${name}-dark.svg`]),
  ...[
    "result",
    "summary",
    "confusion",
    "overhead",
    "detection",
    "grid",
    "contrasts",
    "smoothness",
    "scaling",
  ]
    .map((name) => `${name}.csv`),
  ...["customBiggerIsBetter.json", "customSmallerIsBetter.json"],
  ...["overhead.md", "comparison.md", "detection.md"], // of earlier versions
]);

/**
 * The files of a report. The same record gives the same bytes.
 *
 * @throws {UsageError} if the record lacks what any run writes, such as the times of a row: only one that
 * was changed by hand does
 */
export async function reportFiles(record: AnyRecord): Promise<ReportFile[]> {
  try {
    return [...await documentFiles(documentOf(record)), ...exporterOf(record).data(record)];
  } catch (error) {
    const refusal = asUsageError(error);
    if (!(refusal instanceof UsageError)) throw error;
    throw new UsageError(
      `Cannot report the run of ${record.suite} of ${record.createdAt} as its record lacks what a run ` +
        `writes: ${refusal.message}`,
      { cause: error },
    );
  }
}

/** The report of a record, as blocks. */
export function documentOf(record: AnyRecord): Document {
  return exporterOf(record).document(record);
}

/**
 * Writes the report of a record, each file atomically, and removes files that an earlier record
 * left and this one does not have.
 *
 * @param folder the folder, made where it is missing
 * @returns the paths written
 */
export async function writeReport(folder: string, record: AnyRecord): Promise<string[]> {
  const files = await reportFiles(record);
  for (const { path, content } of files) await writeAtomic(join(folder, path), content);
  await removeReport(folder, files.map(({ path }) => path));
  return files.map(({ path }) => join(folder, path));
}

/** Removes the files of a report, as a new run takes the folder; `but` stay. */
export async function removeReport(folder: string, but: readonly string[] = []): Promise<void> {
  for (const { name } of await listFolder(folder)) {
    if (names.has(name) && !but.includes(name)) await Deno.remove(join(folder, name));
  }
}

/** Each entry takes the kind that is its key. */
function exporterOf(record: AnyRecord): Exporter<AnyRecord> {
  return exporters[record.kind] as Exporter<AnyRecord>;
}
