/**
 * `confusion.csv`: the confusion matrix of each cell that counted one.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { csvText, type Field } from "../csv_text.ts";
import type { ReportFile } from "../exporter.ts";

/**
 * The rows of a confusion matrix: a class of the truth, and how often each class was predicted.
 *
 * @param confusion counts, `[truth][prediction]`
 */
export function confusionRows(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
): Field[][] {
  return confusion.map((counts, truth) => [names[truth] ?? truth, ...counts]);
}

/** The confusion matrices of a result; no file where none was counted. */
export function confusionFiles({ cells, data: { classNames } }: Result): ReportFile[] {
  const rows = cells.flatMap(({ arm, seed, confusion = [] }) =>
    confusionRows(confusion, classNames).map((row) => [arm, seed, ...row])
  );
  if (rows.length === 0) return [];
  const header = ["arm", "seed", "truth", ...classNames];
  return [{ path: "confusion.csv", content: csvText(header, rows) }];
}
