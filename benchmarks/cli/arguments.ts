import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearest, UsageError } from "../ground/errors.ts";

/**
 * Reads a command line by `node:util`'s `parseArgs`; what is wrong with it is told in a line.
 *
 * @param config arguments and options, as `parseArgs` takes them
 * @param mayBeEmpty options whose value may be empty
 * @returns what `parseArgs` does
 * @throws {UsageError} if an option is unknown (suggests the nearest), or lacks its value
 */
export function parseArguments<T extends ParseArgsConfig>(
  config: T,
  mayBeEmpty: readonly string[] = [],
): ReturnType<typeof parseArgs<T>> {
  const parsed = told(config);
  const [empty] =
    Object.entries(parsed.values).find(([name, value]) =>
      value === "" && !mayBeEmpty.includes(name)
    ) ?? [];
  if (empty !== undefined) throw new UsageError(`--${empty} wants a value: it is ""`);
  return parsed;
}

function told<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const message = String(error instanceof Error ? error.message : error).split(/\.\s/)[0]!;
    throw new UsageError(reworded(message, Object.keys(config.options ?? {})), { cause: error });
  }
}

function reworded(message: string, known: readonly string[]): string {
  const word = /'(?:-\w, )?--?([\w-]+)/.exec(message)?.[1] ?? "";
  if (!known.includes(word)) {
    const hint = nearest(word, known);
    const suggestion = hint === undefined ? "" : `; did you mean --${hint}?`;
    return `${message}${suggestion}${known.includes("help") ? " (--help lists the options)" : ""}`;
  }
  if (/does not take/.test(message)) return `--${word} takes no value`;
  return `--${word} wants a value; one that begins with a dash is written --${word}=VALUE`;
}

/**
 * An option's value that counts something.
 *
 * @param option the option's name
 * @param text its value as written
 * @param least the least it may be
 * @throws {UsageError} if it is no whole number, or less
 */
export function parseCount(option: string, text: string, least = 0): number {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new UsageError(`--${option} wants a whole number >= ${least}: it is "${text}"`);
}
