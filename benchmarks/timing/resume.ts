import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../ground/errors.ts";
import { holdsOverhead, readOverhead } from "./files.ts";
import type { OverheadResult, RowRecord } from "./record.ts";

/**
 * Settles what becomes of an earlier measurement in a folder. Nothing is removed yet.
 *
 * @param out the folder
 * @param mode whether the earlier one is gone on with, replaced, or in the way
 * @returns the earlier one, where it is to be gone on with
 * @throws {UsageError} if there is one and neither is asked for, or it cannot be read
 */
export async function earlierOverhead(
  out: string,
  { resume, force }: { resume?: boolean; force: boolean },
): Promise<OverheadResult | undefined> {
  if (!await holdsOverhead(out) || force) return undefined;
  if (resume) return await readOverhead(out);
  throw new UsageError(
    `Cannot write into ${out} as it holds a run already: --force replaces it, --resume goes on with ` +
      "a sweep, --out DIR writes elsewhere",
  );
}

/** The machine, as far as its times depend on it. */
const machine = [
  "cpu",
  "instructionSets",
  "cores",
  "memoryBytes",
  "os",
  "arch",
  "backend",
  "commit",
] as const;

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
  earlier: OverheadResult,
  now: OverheadResult,
  subjects: readonly string[],
): RowRecord[] {
  const rows = earlier.rows?.filter(({ complete }) => complete) ?? [];
  const others = rows.find((row) => !isDeepStrictEqual(row.subjects.map(nameOf), subjects));
  const differs = earlier.rows === undefined
    ? "a run without a sweep"
    : (["profile", "config", "sweep"] as const).find((key) =>
      !isDeepStrictEqual(earlier[key], now[key])
    ) ?? machine.find((key) => earlier.environment[key] !== now.environment[key]) ??
      (others === undefined ? undefined : "list of subjects");
  if (differs === undefined) return rows;
  throw new UsageError(
    `Cannot go on with a sweep as its rows would not compare: the one there ` +
      `${
        differs.startsWith("a ") ? `is ${differs}` : `has another ${differs}`
      }; ask for the same, ` +
      "or write elsewhere with --out DIR",
  );
}

function nameOf({ name }: { name: string }): string {
  return name;
}
