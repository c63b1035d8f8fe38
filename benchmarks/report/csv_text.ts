import { stringify } from "csv-stringify/sync";

/** A field of a table. */
export type Field = string | number;

/**
 * CSV that is safe in a spreadsheet: a name that it would read as a formula, beginning with `=`,
 * `+`, `-`, `@`, a tab or the like, is prefixed with an apostrophe. Numbers are written in full
 * precision; one that is not finite is an empty field.
 *
 * @param header the names of the columns
 * @param rows as many fields each
 */
export function csvText(header: readonly string[], rows: readonly (readonly Field[])[]): string {
  const finite = rows.map((row) =>
    row.map((value) => typeof value === "number" && !Number.isFinite(value) ? "" : value)
  );
  return stringify([[...header], ...finite], { escape_formulas: true });
}

/** A table before it is written. */
export interface CsvTable {
  path: string;
  header: readonly string[];
  rows: readonly (readonly Field[])[];
}
