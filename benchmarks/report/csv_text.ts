import { stringify } from "csv-stringify/sync";

/** A field of a table. */
export type Field = string | number;

/**
 * CSV for spreadsheets, too: a name that one of these would take for a formula, as it begins with
 * `=`, `+`, `-`, `@`, a tab or the like, gets an apostrophe before it. Numbers are written in full
 * precision, and stay numbers; one that is not finite is an empty field.
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
