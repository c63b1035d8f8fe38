import type { Result } from "../record/mod.ts";

/** A file of a report. */
export interface ReportFile {
  /** Its path within the report's folder. */
  path: string;
  /** Text (as UTF-8) or bytes. */
  content: string | Uint8Array;
}

/** One form of a report. */
export interface Exporter {
  name: string;
  /** All files that it may write; those that a result does not call for are removed. */
  paths: readonly string[];
  /** The files for a result; the same result gives the same bytes. */
  files(result: Result): ReportFile[] | Promise<ReportFile[]>;
}
