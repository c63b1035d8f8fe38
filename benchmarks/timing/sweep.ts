/**
 * A sweep: values of the profile that a measurement goes through. Each combination of them is a row
 * of the measurement, with processes of its own.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { unknownName, UsageError } from "../ground/errors.ts";
import { kind, toNumber, type ValueKind } from "../ground/value_kinds.ts";
import type { OverheadProfile } from "../experiments/profiles/overhead.ts";
import type { RowRecord, Sweep, TimingsRecord } from "../record/mod.ts";
import { differenceOf } from "../record/same_run.ts";
import type { Subject } from "./protocol.ts";

/** Settings of the measurement itself: rows that differ in them would not compare. */
const fixedKeys: readonly string[] = ["rounds", "steps", "warmupSteps"];

/** A key of the profile with its values, as `--sweep` takes it. */
export const sweptKey: ValueKind<[string, number[]]> = kind({
  metavar: "key=A,B",
  wanted: "key=number,number… like batchSize=2,4, with each of its values once",
  parse: (text) => {
    const [, key, list = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    return [key, list.split(",").map(toNumber)];
  },
  is: (value): value is [string, number[]] => {
    const [key, values] = value as [string | undefined, number[]];
    return key !== undefined && values.every(Number.isFinite) &&
      new Set(values).size === values.length;
  },
});

/**
 * The sweep of a profile, from its keys with their values.
 *
 * @param set values that `--set` replaces
 * @throws {UsageError} naming the first key that is given twice, is no number of the profile, or is
 * set as well
 */
export function sweepOf(
  profile: OverheadProfile,
  given: readonly (readonly [string, number[]])[],
  set: Readonly<Record<string, string>>,
): Sweep {
  const keys = Object.entries(profile)
    .filter(([key, value]) => typeof value === "number" && !fixedKeys.includes(key))
    .map(([key]) => key);
  const sweep: Sweep = {};
  for (const [key, values] of given) {
    if (!keys.includes(key)) throw unknownName("--sweep key", key, keys);
    if (Object.hasOwn(sweep, key)) throw new UsageError(`--sweep wants each key once: ${key}`);
    if (Object.hasOwn(set, key)) {
      throw new UsageError(`Cannot take both --set ${key} and --sweep ${key}: leave one out`);
    }
    sweep[key] = values;
  }
  return sweep;
}

/**
 * Every combination of a sweep's values, the last key's changing fastest.
 *
 * @returns one row without values where nothing is swept
 */
export function rowsOf(sweep: Sweep): RowRecord["values"][] {
  return Object.entries(sweep).reduce<RowRecord["values"][]>(
    (rows, [key, values]) =>
      rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value }))),
    [{}],
  );
}

/**
 * The rows of an earlier measurement that need not be measured again.
 *
 * @param now the one that is asked for, without rows yet
 * @throws {UsageError} if they would not compare with the rows to come; names the first difference
 */
export function rowsToKeep(
  earlier: TimingsRecord,
  now: TimingsRecord,
  subjects: readonly Subject[],
): RowRecord[] {
  const rows = earlier.rows.filter(({ complete }) => complete);
  const names = (subjects: readonly { name: string }[]) => subjects.map(({ name }) => name);
  const isAlike = (row: RowRecord) => isDeepStrictEqual(names(row.subjects), names(subjects));
  const difference = differenceOf(earlier, now) ??
    (rows.every(isAlike) ? undefined : "its list of subjects");
  if (difference === undefined) return rows;
  throw new UsageError(
    "Cannot go on with the measurement there as its rows would not compare: it differs in " +
      `${difference}; ask for the same, or write elsewhere with --out DIR`,
  );
}
