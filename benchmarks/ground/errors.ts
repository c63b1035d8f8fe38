/**
 * What a person can put right: a wrong argument, a wrong file. Shown as one line, without a stack.
 *
 * @module
 */
import { closest, distance } from "fastest-levenshtein";

/** An error in usage or configuration. The command line shows its message and exits with 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/**
 * The word of `words` that `word` was probably meant to be.
 *
 * @returns the word that takes the fewest edits, or undefined where that is more than half of the
 * letters typed (at least two edits are always allowed)
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const candidate = closest(word, words);
  const most = Math.max(2, Math.floor(word.length / 2));
  const edits = distance(word, candidate);
  return edits <= most && edits < candidate.length ? candidate : undefined;
}

/**
 * The error for a name that is not in a table: says what was wanted and what was probably meant.
 *
 * @param kind what the name names, such as `"arm"`
 */
export function unknownName(kind: string, word: string, words: readonly string[]): UsageError {
  const suggestion = nearest(word, words);
  return new UsageError(
    `Unknown ${kind} "${word}": wanted one of ${words.map((name) => `"${name}"`).join(", ")}` +
      (suggestion === undefined ? "" : `; did you mean "${suggestion}"?`),
  );
}
