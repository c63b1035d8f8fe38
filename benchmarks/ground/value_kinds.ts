/**
 * What a value may be: of an option, of a profile's setting. One description serves text, as it
 * stands on a command line, and values, as a program passes them.
 *
 * @module
 */
import { unknownName, UsageError } from "./errors.ts";

/** A kind of values. */
export interface ValueKind<T> {
  /** What stands for a value in a help text, such as `DIR`. */
  readonly metavar: string;
  /** All values that there are, where these are names. */
  readonly names?: readonly string[];
  /** The value that a text stands for; {@linkcode ValueKind.check} says whether it may be. */
  parse(text: string): unknown;
  /**
   * The value, if it is of this kind.
   *
   * @param name what it was given as, for the error
   * @param seen how it was written, for the error
   * @throws {UsageError} if it is not
   */
  check(value: unknown, name: string, seen?: string): T;
}

/**
 * A kind, from what it takes.
 *
 * @param parts its words (`wanted` is what stands after "wants" in an error), how a text is read,
 * which is the value itself by default, and which values are of it
 */
export function kind<T>({ metavar = "VALUE", wanted, parse = (text) => text, is }: {
  metavar?: string;
  wanted: string;
  parse?: (text: string) => unknown;
  is: (value: unknown) => value is T;
}): ValueKind<T> {
  return {
    metavar,
    parse,
    check(value, name, seen = shown(value)) {
      if (is(value)) return value;
      throw new UsageError(`${name} wants ${wanted}: it is ${seen}`);
    },
  };
}

/**
 * Reads a text as a value of a kind.
 *
 * @param name what it was given as, for the error
 * @throws {UsageError} if it stands for no such value
 */
export function readAs<T>(kind: ValueKind<T>, text: string, name: string): T {
  return kind.check(kind.parse(text), name, `"${text}"`);
}

/** Whether something is wanted: on a command line a word alone, which stands for true. */
export const trueOrFalse: ValueKind<boolean> = kind({
  metavar: "",
  wanted: "true or false",
  parse: () => true,
  is: (value) => typeof value === "boolean",
});

/**
 * The same values as a command line writes them, for programs too: `"2/4"` is read where it is given.
 *
 * @param kind a kind whose texts are better known than its values
 */
export function asText<T>(kind: ValueKind<T>): ValueKind<T> {
  return {
    ...kind,
    check: (value, name) =>
      typeof value === "string"
        ? readAs(kind, value, name)
        : kind.check(undefined, name, shown(value)),
  };
}

/** Text that is not empty; `wanted` is what it says, in words. */
export function text(metavar: string, wanted = "a value"): ValueKind<string> {
  const is = (value: unknown): value is string => typeof value === "string" && value !== "";
  return kind({ metavar, wanted, is });
}

/** A folder's path. */
export const folder: ValueKind<string> = text("DIR", "a folder's path");

/** A file's path. */
export const file: ValueKind<string> = text("FILE", "a file's path");

/** Whole numbers, from the least one on. */
export function count(least = 0, most = Number.MAX_SAFE_INTEGER): ValueKind<number> {
  return kind({
    metavar: "N",
    wanted: most === Number.MAX_SAFE_INTEGER
      ? `a whole number >= ${least}`
      : `a whole number from ${least} to ${most}`,
    parse: (text) => /^\d+$/.test(text) ? Number(text) : NaN,
    is: (value): value is number =>
      Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  });
}

/** Finite numbers, all or those that fit; `wanted` is what these are, in words. */
export function number(
  wanted = "a finite number",
  fits: (value: number) => boolean = () => true,
): ValueKind<number> {
  return kind({
    metavar: "N",
    wanted,
    parse: toNumber,
    is: (value): value is number => typeof value === "number" && isFinite(value) && fits(value),
  });
}

/** Lists of numbers that fit, none of them twice, `least` or more; `wanted` is what these are, in words. */
export function distinctNumbers(
  wanted: string,
  fits: (value: number) => boolean,
  least = 0,
): ValueKind<readonly number[]> {
  return kind({
    wanted,
    is: (value): value is readonly number[] =>
      Array.isArray(value) && value.every((n) => typeof n === "number" && fits(n)) &&
      new Set(value).size === value.length && value.length >= least,
  });
}

/** The number that a word stands for; NaN for none, also where it is empty. */
export function toNumber(word: string): number {
  return word.trim() === "" ? NaN : Number(word);
}

/** Names, of what they name: `"profile"`. */
export function nameOf<N extends string>(what: string, names: readonly N[]): ValueKind<N> {
  return {
    metavar: "NAME",
    names,
    parse: (text) => text,
    check(value) {
      const name = names.find((name) => name === value);
      if (name !== undefined) return name;
      throw unknownName(what, typeof value === "string" ? value : shown(value), names);
    },
  };
}

/** Lists whose elements are each of a kind, with commas between where they are text. */
export function listOf<T>(element: ValueKind<T>): ValueKind<T[]> {
  return {
    metavar: "A,B",
    ...(element.names !== undefined && { names: element.names }),
    parse: (text) => text.split(",").map((word) => element.parse(word.trim())),
    check(value, name, seen) {
      const elements: unknown[] = Array.isArray(value) ? value : [value];
      return elements.map((value) => element.check(value, name, seen));
    },
  };
}

/** A value as an error shows it: what JSON has no word for by JavaScript's, what is long cut. */
function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  const text = typeof value === "number" ? `${value}` : JSON.stringify(value) ?? `${value}`;
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object that a program passes. */
export function objectKind(wanted: string): ValueKind<object> {
  return kind({ wanted, is: isObject });
}

/** A function that a program passes. */
export function functionKind<F>(wanted: string): ValueKind<F> {
  return kind({ wanted, is: (value): value is F => typeof value === "function" });
}
