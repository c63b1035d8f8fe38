import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../ground/errors.ts";
import type { RowRecord, TimingsRecord } from "../record/mod.ts";
import { differenceOf } from "../record/same_run.ts";

/**
 * The rows of an earlier sweep that need not be measured again.
 *
 * @param earlier the sweep in the folder
 * @param now that which is asked for, without rows yet
 * @param subjects the names of its subjects
 * @returns the rows that were done
 * @throws {UsageError} if they would not compare with the rows to come; names the first difference
 */
export function rowsToKeep(
  earlier: TimingsRecord,
  now: TimingsRecord,
  subjects: readonly string[],
): RowRecord[] {
  const rows = earlier.rows.filter(({ complete }) => complete);
  const difference = differenceOf(earlier, now) ?? subjectDifference(rows, subjects);
  if (difference === undefined) return rows;
  throw new UsageError(
    "Cannot go on with a sweep as its rows would not compare: the one there differs in " +
      `${difference}; ask for the same, or write elsewhere with --out DIR`,
  );
}

function subjectDifference(
  rows: readonly RowRecord[],
  subjects: readonly string[],
): string | undefined {
  const alike = rows.every((row) =>
    isDeepStrictEqual(row.subjects.map(({ name }) => name), subjects)
  );
  return alike ? undefined : "its list of subjects";
}
