/**
 * Tables and text in Markdown.
 *
 * @module
 */
import { markdownTable } from "markdown-table";
import { oneLine } from "../../ground/format.ts";

/**
 * A table, its first column aligned left and the others right.
 *
 * @param header the names of the columns
 * @param rows as many texts each
 * @param align one letter a column instead, such as `["l", "r"]`
 */
export function table(
  header: string[],
  rows: string[][],
  align: string[] = header.map((_, i) => i === 0 ? "l" : "r"),
): string {
  const cells = [header, ...rows].map((row) => row.map(escapeCell));
  return markdownTable(cells, { align, alignDelimiters: false });
}

/**
 * Text from outside as plain text in one line: what would start a column, a tag, an entity, a formula
 * or an emphasis is escaped, nobody is mentioned and nothing linked, and what is very long is cut.
 *
 * @param text the text
 */
export function plain(text: string): string {
  return unlinked(oneLine(text)).replace(/[\\`*_[\]<>|&$~]/g, "\\$&");
}

/**
 * Takes back what {@linkcode plain} escaped.
 *
 * @param text Markdown
 */
export function unescaped(text: string): string {
  return text.replace(/\\(?=[\\`*_[\]<>|&$~])/g, "");
}

/** A space without a width. */
const nothing = "\u200b";

/**
 * Text in which GitHub finds no person to mention, no issue, pull request or address to link, however
 * it is escaped: it looks for them in what is shown. Looks the same.
 *
 * @param text the text
 */
export function unlinked(text: string): string {
  return text.replace(/@(?=[\w-])|#(?=\d)|\bGH-(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi, `$&${nothing}`);
}

/**
 * A block of code, in a fence longer than any within.
 *
 * @param code the code
 * @param language its name
 */
export function fenced(code: string, language = "sh"): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}

/** A column ends at a bar that is not escaped. */
function escapeCell(text: string): string {
  return text.replace(/\n/g, " ").replace(/(?<!\\)\|/g, "\\|");
}
