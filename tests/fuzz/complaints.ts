/**
 * Whether an error is one of those that the project's documentation tells.
 *
 * @module
 */

/** What JavaScript's engine and Node's modules say where a program did not look before it leapt. */
const engineWords = new RegExp(
  [
    /Cannot (read|set) propert/,
    /Cannot (destructure|convert|mix|access|assign|perform)/,
    /is not (a function|iterable|defined|a constructor|extensible)/,
    /Invalid (array|typed array|string|DataView|array buffer) length/i,
    /(out of|outside the) (bounds|range)/i,
    /Maximum call stack/,
    /Array buffer allocation failed/,
    /(start offset|byte length) of \w+ should be/,
    /The (argument|value) .* (must be|is out)/,
    /circular structure/,
    /Reduce of empty array/,
    /\[object \w+\]/,
    /memory access out of bounds|unreachable|table index/,
  ].map(({ source }) => source).join("|"),
);

/** The engine's words in a message, if it repeats any. */
export function engineWordsIn(message: string): string | undefined {
  return engineWords.exec(message)?.[0];
}

/** The forms in which the project's errors say what was wrong. */
const houseForm =
  /^Cannot \S.* (as|\().+|^Unknown | has no --|wants |must be |--help lists the options\)/s;

/**
 * What is wrong with an error.
 *
 * @param kinds the names of the errors that the parser's documentation tells
 * @param named what it must name, such as the file
 * @returns nothing where nothing is
 */
export function complaintOf(
  error: Error,
  kinds: readonly string[],
  named?: string,
): string | undefined {
  const { name, message } = error;
  if (!kinds.includes(name)) return `${name} is none of ${kinds.join(", ")}`;
  const words = engineWordsIn(message);
  if (words !== undefined) return `it repeats the engine's words: ${words}`;
  if (!houseForm.test(message)) return "it does not say what cannot be done, and why";
  if (named !== undefined && !message.includes(named)) return `it does not name ${named}`;
  return undefined;
}

/**
 * The form of a message: without the numbers, names and quotations that differ from case to case.
 */
export function formOf(message: string): string {
  return message
    .replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`/g, '"…"')
    .replaceAll(/\/[^\s,;:)]+/g, "PATH")
    .replaceAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi, "#")
    .replaceAll(/[^\x20-\x7e…×]+/g, "?")
    .replaceAll(/\s+/g, " ")
    .slice(0, 160);
}
