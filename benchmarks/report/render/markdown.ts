/**
 * A document as Markdown, short enough for a comment on a pull request. What would not fit is left
 * out, the longest first.
 *
 * @module
 */
import { markdownTable } from "markdown-table";
import type { Block, Cell, Document, Styled, Table, Text } from "../document.ts";
import { fitted } from "../fit.ts";
import { isNumber, numberText, numericColumns, partsOf } from "../text.ts";
import { oneLine } from "../../ground/format.ts";
import { escapeHtml } from "./markup.ts";

/** GitHub's limit for a comment is 65,536, and a comment adds text around the report. */
const mostCharacters = 60_000;

/** Longer lists would not be read, nor fit a comment on a pull request. */
const mostItems = 20;

const leftOut = "_Too long to stand here: report.html has it._";

/** The document as Markdown of at most 60,000 characters. */
export function markdown({ title, kicker, alerts = [], answer, blocks }: Document): string {
  const all = [
    `# ${line(title)}`,
    `_${line(kicker)}_`,
    ...alerts.map((alert) => `**Warning: ${line(alert)}**`),
    ...(answer.length > 1 ? [list(answer)] : answer.map(line)),
    ...blocks.flatMap(blockTexts),
  ];
  return `${fitted(all, mostCharacters, leftOut).join("\n\n")}\n`;
}

/** The paragraphs of a block. */
function blockTexts(block: Block): string[] {
  switch (block.kind) {
    case "heading":
      return [`${"#".repeat(block.level)} ${line(block.title)}`];
    case "text":
      return [line(block.text)];
    case "facts":
      return [block.rows.map(([name, value]) => `- ${line(name)}: ${line(value)}`).join("\n")];
    case "list":
      return [list(block.items)];
    case "fold":
      return [
        `<details><summary>${escapeHtml(unlinked(oneLine(block.title)))}</summary>`,
        ...block.blocks.flatMap(blockTexts),
        "</details>",
      ];
    case "code":
      return [fenced(block.code)];
    case "table":
      return [table(block)];
    case "figure":
      return block.file === undefined ? [] : [picture(block.file, block.alt)];
    case "images": {
      const columns = block.columns.map(line).join(", ");
      return [`Columns: ${columns}.`, `![${line(block.alt)}](${block.file}.png)`];
    }
  }
}

function list(items: readonly Text[]): string {
  const rest = items.length - mostItems;
  const more = rest > 0 ? [`- and ${rest} more in result.json`] : [];
  return [...items.slice(0, mostItems).map((item) => `- ${line(item)}`), ...more].join("\n");
}

function picture(file: string, alt: string): string {
  return "<picture>\n" +
    `<source media="(prefers-color-scheme: dark)" srcset="${file}-dark.svg">\n` +
    `<img alt="${escapeHtml(oneLine(alt))}" src="${file}.svg">\n` +
    "</picture>";
}

function table(block: Table): string {
  const align = numericColumns(block).map((isNumeric) => isNumeric ? "r" : "l");
  const cells = [block.columns.map(line), ...block.rows.map((row) => row.map(cellText))];
  return markdownTable(cells, { align, alignDelimiters: false });
}

function cellText(cell: Cell): string {
  if (!isNumber(cell)) return line(cell);
  const text = plain(numberText(cell)).replaceAll("\\[", "[").replaceAll("\\]", "]");
  return cell.best ? `**${text}**` : text;
}

/** A line of text. */
function line(text: Text): string {
  return partsOf(text).map(styled).join("");
}

function styled(part: Styled): string {
  switch (part.as) {
    case "strong":
    case "badge":
      return `**${plain(part.text)}**`;
    case "plain":
    case "code": // in a span of code GitHub shows a name as it is, but a table's bars end it
    case "quiet":
      return plain(part.text);
    case "link":
      return `[${plain(part.text)}](${part.to.replaceAll("(", "%28").replaceAll(")", "%29")})`;
    case "swatch":
      return "";
  }
}

/** A block of code, in a fence longer than any within. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${code}\n${fence}`;
}

/**
 * Foreign text as plain text: what would start a column, a tag, an entity, a formula or an emphasis
 * is escaped, nobody is mentioned and nothing linked.
 */
export function plain(text: string): string {
  return unlinked(text).replace(/[\\`*_[\]<>|&$~]/g, "\\$&");
}

/** Takes back what {@linkcode plain} escaped. */
export function unescaped(text: string): string {
  return text.replace(/\\(?=[\\`*_[\]<>|&$~])/g, "");
}

/** A zero-width space. */
const nothing = "\u200b";

/**
 * Text in which GitHub finds nobody to mention and no issue, pull request or address to link.
 * Escaping would not help: GitHub looks for them in what is shown. Looks the same.
 */
export function unlinked(text: string): string {
  return text.replace(/@(?=[\w-])|#(?=\d)|\bGH-(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi, `$&${nothing}`);
}
