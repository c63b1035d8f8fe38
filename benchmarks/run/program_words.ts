import { DataError } from "../../datasets/errors.ts";
import { written } from "../cli/options.ts";
import { UsageError } from "../ground/errors.ts";

/**
 * What the command line's words about options are in a program: `--skip-bad N` is `skipBad`, `--resume`
 * is `resume: true`, `--set learningRate` is `settings.learningRate`. Errors and lines are written once,
 * in the command line's words, wherever they come from, and are put into a program's at its border.
 *
 * @param keys the options of the program, by the names of its values
 * @param flags those of them that are true or false
 */
export function programWords(
  keys: readonly string[],
  flags: readonly string[],
): (text: string) => string {
  const known = new Map(keys.map((key) => [written(key), key]));
  return (text) =>
    text
      // Where a reader names both, the program's word is there already.
      .replace(
        /\b(\w+) \((--[a-z-]+)(?: ([\w.]+))?\)/g,
        (all, key: string, name: string, value = "") => {
          if (known.get(name) !== key) return all;
          return /^\d/.test(value) ? `${key}: ${value}` : key;
        },
      )
      .replace(/write elsewhere with --out DIR/g, "write into another out")
      .replace(/--set (\w+)=(\w+)/g, "settings: { $1: $2 }")
      .replace(/--set ([a-z]\w*)/g, "settings.$1")
      .replace(/--set\b/g, "settings")
      .replace(
        /(?<![\w/"-])(without )?(--[a-z][a-z-]*)(?![\w/])( [A-Z]+(\.ts)?\b)?/g,
        (all, ...parts) => {
          const [without = "", name, value = ""] = parts as (string | undefined)[];
          const key = known.get(name!);
          if (key === undefined) return all;
          if (flags.includes(key)) {
            return `${without}${key}${without === "" ? ": true" : ""}${value}`;
          }
          return `${without}${key}`;
        },
      );
}

/**
 * The same for an error whose message is for people: another of its kind, with this one as its cause.
 *
 * @returns the error itself where no word of it changes, or it is none of these
 */
export function inWords(error: unknown, words: (text: string) => string): unknown {
  if (!(error instanceof UsageError || error instanceof DataError)) return error;
  const message = words(error.message);
  if (message === error.message) return error;
  const options = { cause: error.cause ?? error };
  return error instanceof DataError
    ? new DataError(message, options)
    : new UsageError(message, options);
}
