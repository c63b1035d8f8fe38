import { unknownName, UsageError } from "../ground/errors.ts";
import type { Kind } from "../ground/kinds.ts";

/** One option of a program. */
export interface Option<T> {
  /** How it is given: without a value, with one, or any number of times with one each. */
  readonly form: "flag" | "value" | "repeated";
  /** What its values are; of no meaning for a flag. */
  readonly kind: Kind<unknown>;
  /** What it does, for the help. */
  readonly help: string;
  /** What it is where it is not given. */
  readonly default?: T;
  /** Whether it must be given. */
  readonly required?: boolean;
  /** The default in words, where it is not a value of the table. */
  readonly usual?: string;
  /** Names below it in the help, with a line about each; a line that is empty leaves the name alone. */
  readonly names?: Readonly<Record<string, string>>;
  /** Options that cannot stand beside it, each with what to do. */
  readonly excludes?: Readonly<Record<string, string>>;
  /** Options that it needs beside it, each with the reason. */
  readonly needs?: Readonly<Record<string, string>>;
  /** Another name. */
  readonly alias?: string;
}

/** What an option may have besides its kind and its line of help. */
export type Details<T> = Partial<Omit<Option<T>, "form" | "kind" | "help">>;

/**
 * The options of a program, by the names of the values that it is handed: `skipBad` is `--skip-bad`.
 * What is always there has a default, or must be given.
 */
export type Table<A> = {
  readonly [K in keyof A]-?: Option<Exclude<A[K], undefined>> & Given<A, K>;
};

/** What tells that a value is always there. */
type Given<A, K extends keyof A> = object extends Pick<A, K> ? object
  : { readonly default: A[K] } | { readonly required: true };

/**
 * An option without a value: true where it is given.
 *
 * @param help what it does
 * @param details what else there is to say of it
 */
export function flag(
  help: string,
  details: Details<boolean> = {},
): Option<boolean> & { readonly default: boolean } {
  const kind = { metavar: "", parse: () => true, check: () => true };
  return { form: "flag", kind, help, default: false, ...details };
}

/**
 * An option with a value. The last one counts.
 *
 * @param kind what the value may be
 * @param help what it does
 * @param details what else there is to say of it
 */
export function option<T, D extends Details<T>>(
  kind: Kind<T>,
  help: string,
  details: D = {} as D,
): Option<T> & D {
  return { form: "value", kind, help, ...details };
}

/**
 * An option that may be given several times: the list of its values.
 *
 * @param kind what each value may be
 * @param help what it does
 * @param details what else there is to say of it
 */
export function repeated<T>(
  kind: Kind<T>,
  help: string,
  details: Details<T[]> = {},
): Option<T[]> & { readonly default: T[] } {
  return { form: "repeated", kind, help, default: [], ...details };
}

/**
 * A table's entries, in its order.
 *
 * @param table the table
 */
export function entriesOf<A>(table: Table<A>): [string, Option<unknown>][] {
  return Object.entries(table);
}

/**
 * An option's name as it is written: `--skip-bad` for `skipBad`.
 *
 * @param key its key in the table
 */
export function written(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Checks options that a program passes as values, as the command line does for text.
 *
 * @param table the options
 * @param given the values; what is undefined counts as not given
 * @returns the values, and the defaults of those that are not given
 * @throws {UsageError} naming the first that is unknown (suggests the nearest), missing or wrong
 */
export function checkValues<A>(table: Table<A>, given: object): A {
  const values = { ...given } as Record<string, unknown>;
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(table, key)) throw unknownName("option", key, Object.keys(table));
  }
  const checked = entriesOf(table).flatMap(([key, option]): [string, unknown][] => {
    const value = values[key];
    if (value === undefined && !option.required) {
      return option.default === undefined ? [] : [[key, option.default]];
    }
    return [[key, option.kind.check(value, `option ${key}`)]];
  });
  return Object.fromEntries(checked) as A;
}

/**
 * Fails where options that are given do not go together, or one that must be there is not.
 *
 * @param table the options
 * @param given the keys of those that are given
 * @throws {UsageError} naming the first
 */
export function checkTogether<A>(table: Table<A>, given: ReadonlySet<string>): void {
  for (const [key, { required, excludes = {}, needs = {} }] of entriesOf(table)) {
    if (!given.has(key)) {
      if (required) {
        throw new UsageError(`${written(key)} must be given (--help lists the options)`);
      }
      continue;
    }
    for (const [other, advice] of Object.entries(excludes)) {
      if (!given.has(other)) continue;
      throw new UsageError(`Cannot take both ${written(key)} and ${written(other)}: ${advice}`);
    }
    for (const [other, reason] of Object.entries(needs)) {
      if (given.has(other)) continue;
      throw new UsageError(`${written(key)} wants ${written(other)}, too: ${reason}`);
    }
  }
}
