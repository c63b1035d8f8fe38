import { unknownName, UsageError } from "../ground/errors.ts";
import { trueOrFalse, type ValueKind } from "../ground/value_kinds.ts";

/** One option of a program. */
export interface Option<T> extends Details {
  /** How it is given: without a value, with one, or any number of times with one each. */
  readonly form: "flag" | "value" | "repeated";
  /** What its values are; of no meaning for a flag. */
  readonly kind: ValueKind<unknown>;
  /** What it does, for the help. */
  readonly help: string;
  /** What it is where it is not given. */
  readonly default?: T;
}

/** What else there is to say of an option. */
export interface Details {
  /** Whether it must be given. */
  readonly required?: boolean;
  /** What happens without it, where it has no default. */
  readonly usual?: string;
  /** Names that it takes, with a line about each; where all lines are empty, names alone. */
  readonly names?: Readonly<Record<string, string>>;
  /** Options that cannot stand beside it. */
  readonly excludes?: readonly string[];
  /** Another name. */
  readonly alias?: string;
}

/** The options of a program, by the names of its values: `skipBad` is given as `--skip-bad`. */
export type Table<A> = { readonly [K in keyof A]: Option<A[K]> };

/** The values of a table's options. */
export type Asked<T> = { -readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never };

/** An option without a value: true where it is given. */
export function flag(help: string, details: Details = {}): Option<boolean> {
  return { form: "flag", kind: trueOrFalse, help, default: false, ...details };
}

/**
 * An option with a value, the last one where it is given twice: undefined without it, unless it has a
 * default or must be given.
 *
 * @param kind what the value may be
 * @param help what it does
 * @param details what else there is to say of it
 */
export function option<T>(
  kind: ValueKind<T>,
  help: string,
  details: Details & ({ default: NoInfer<T> } | { required: true }),
): Option<T>;
export function option<T>(
  kind: ValueKind<T>,
  help: string,
  details?: Details,
): Option<T | undefined>;
export function option<T>(kind: ValueKind<T>, help: string, details: Details = {}): Option<T> {
  return { form: "value", kind, help, ...details };
}

/** An option that may be given several times: the list of its values. */
export function repeated<T>(kind: ValueKind<T>, help: string, details: Details = {}): Option<T[]> {
  return { form: "repeated", kind, help, default: [], ...details };
}

/** The options of a table by their keys, in its order. */
export function entriesOf(table: Table<object>): [string, Option<unknown>][] {
  return Object.entries(table);
}

/** An option's name as it is written: `--skip-bad` for `skipBad`. */
export function written(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The values of options that are not given. */
export function defaultsOf(table: Table<object>): Record<string, unknown> {
  const entries = entriesOf(table).filter(([, option]) => option.default !== undefined);
  return Object.fromEntries(entries.map(([key, option]) => [key, option.default]));
}

/**
 * Checks options that a program passes as values, as the command line does for text.
 *
 * @param table the options
 * @param given the values; what is undefined counts as not given
 * @returns the values, and the defaults of those that are not given
 * @throws {UsageError} naming the first that is unknown (suggests the nearest), missing or wrong, or
 * two that exclude each other
 */
export function checkValues<A extends object>(table: Table<A>, given: object): A {
  if (typeof given !== "object" || given === null) {
    throw new UsageError(
      `Cannot go on as the options must be an object: current value is ${given}`,
    );
  }
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(table, key));
  if (unknown !== undefined) throw unknownName("option", unknown, Object.keys(table));
  const values = given as Record<string, unknown>;
  const checked = entriesOf(table)
    .filter(([key, { required }]) => required || values[key] !== undefined)
    .map(([key, { kind }]) => [key, kind.check(values[key], `option ${key}`)]);
  checkTogether(table, values);
  return { ...defaultsOf(table), ...Object.fromEntries(checked) } as A;
}

/** A flag that is false asks for nothing, as one that is not given. */
function checkTogether(table: Table<object>, values: Readonly<Record<string, unknown>>): void {
  const isAsked = (key: string) => values[key] !== undefined && values[key] !== false;
  for (const [key, { excludes = [] }] of entriesOf(table)) {
    const other = excludes.find(isAsked);
    if (other === undefined || !isAsked(key)) continue;
    throw new UsageError(
      `option ${key} cannot be used with option ${other}: leave one of them out`,
    );
  }
}
