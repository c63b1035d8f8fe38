/**
 * Tables and text in Markdown.
 *
 * @module
 */
import { markdownTable } from "markdown-table";
import { oneLine } from "../format.ts";

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
 * Text from outside as plain text in one line: what would start a column, a tag or an emphasis is
 * escaped, and what is very long is cut.
 *
 * @param text the text
 */
export function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|]/g, "\\$&");
}

/** A column ends at a bar that is not escaped. */
function escapeCell(text: string): string {
  return text.replace(/\n/g, " ").replace(/(?<!\\)\|/g, "\\|");
}
