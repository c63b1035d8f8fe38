/**
 * Sweeps: the same measurement at several values of a profile, each a row with processes of its own.
 *
 * @module
 */
import { unknownName, UsageError } from "../ground/errors.ts";
import type { OverheadProfile } from "../experiments/profiles/overhead.ts";
import type { Sweep } from "./record.ts";

/** Values of a profile that make a row. */
export type RowValues = Record<string, number>;

/** Settings of the measurement itself: rows that differ in them would not compare. */
const fixedKeys: readonly string[] = ["rounds", "steps", "warmupSteps"];

/**
 * Reads `--sweep key=value,value…`, given once or more.
 *
 * @param texts what followed each `--sweep`
 * @returns the values by key, in the order given
 * @throws {UsageError} if one is not of that form, or says something twice
 */
export function parseSweep(texts: readonly string[]): Sweep {
  const sweep: Sweep = {};
  for (const text of texts) {
    const [, key, list] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const values = list?.split(",").map((word) => word.trim() === "" ? NaN : Number(word)) ?? [];
    if (key === undefined || !values.every(Number.isFinite)) {
      throw new UsageError(`--sweep wants key=number,number… like batchSize=2,4: it is "${text}"`);
    }
    if (Object.hasOwn(sweep, key) || new Set(values).size < values.length) {
      throw new UsageError(`--sweep wants each key once, and each of its values once: "${text}"`);
    }
    sweep[key] = values;
  }
  return sweep;
}

/**
 * Fails unless a profile can be swept so.
 *
 * @param profile the profile
 * @param sweep the sweep
 * @param set values that are replaced by `--set`
 * @throws {UsageError} naming the first key that is no number of the profile, or is set as well
 */
export function checkSweep(
  profile: OverheadProfile,
  sweep: Sweep,
  set: Readonly<Record<string, string>>,
): void {
  const keys = Object.entries(profile)
    .filter(([key, value]) => typeof value === "number" && !fixedKeys.includes(key))
    .map(([key]) => key);
  for (const key of Object.keys(sweep)) {
    if (!keys.includes(key)) throw unknownName("--sweep key", key, keys);
    if (Object.hasOwn(set, key)) {
      throw new UsageError(`Cannot take both --set ${key} and --sweep ${key}: leave one out`);
    }
  }
}

/**
 * Every combination of a sweep's values, the last key's changing fastest.
 *
 * @param sweep the sweep
 * @returns one row without values where nothing is swept
 */
export function rowsOf(sweep: Sweep): RowValues[] {
  return Object.entries(sweep).reduce<RowValues[]>(
    (rows, [key, values]) =>
      rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value }))),
    [{}],
  );
}

/**
 * A row's name, such as `batchSize 2, imageSize 64`.
 *
 * @param values the row's values
 */
export function rowName(values: RowValues): string {
  return Object.entries(values).map((pair) => pair.join(" ")).join(", ");
}

/**
 * How many pixels a step sees, in all its images.
 *
 * @param config the profile's values, the row's among them
 */
export function pixelsOf(config: Readonly<Record<string, unknown>>): number {
  return Number(config.batchSize) * Number(config.imageSize) ** 2;
}
