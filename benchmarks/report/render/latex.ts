/**
 * A document's main tables as LaTeX, for a paper: `\input{report.tex}`.
 *
 * @module
 */
import type { Cell, Document, Styled, Table, Text } from "../document.ts";
import { isNumber, numberText, numericColumns, partsOf } from "../text.ts";

const head = String
  .raw`% \input this file. It wants \usepackage{booktabs} and \usepackage[T1]{fontenc}.`;

/** The tables that a paper would show; nothing where it has none. */
export function latex({ title, kicker, blocks }: Document): string | undefined {
  const tables = blocks.filter((block) => block.kind === "table").filter(({ paper }) => paper);
  if (tables.length === 0) return undefined;
  const source = `% ${line(title)}: ${line(kicker)}`.replace(/[^\x20-\x7e]/g, "?");
  return `${[head, source, ...tables.map(tableText)].join("\n")}\n`;
}

function tableText(table: Table): string {
  const align = numericColumns(table).map((isNumeric) => isNumeric ? "r" : "l").join("");
  const row = (cells: readonly string[]) => `    ${cells.join(" & ")} \\\\`;
  return [
    String.raw`\begin{table}`,
    String.raw`  \centering`,
    `  \\caption{${line(table.caption)}}`,
    `  \\begin{tabular}{${align}}`,
    String.raw`    \toprule`,
    row(table.columns.map(line)),
    String.raw`    \midrule`,
    ...table.rows.map((cells) => row(cells.map(cellText))),
    String.raw`    \bottomrule`,
    String.raw`  \end{tabular}`,
    String.raw`\end{table}`,
  ].join("\n");
}

function cellText(cell: Cell): string {
  if (!isNumber(cell)) return line(cell);
  const text = escaped(numberText(cell));
  return cell.best ? `\\textbf{${text}}` : text;
}

function line(text: Text): string {
  return partsOf(text).map(styled).join("");
}

function styled(part: Styled): string {
  if (part.as === "swatch") return "";
  const text = escaped(part.text);
  if (part.as === "strong") return `\\textbf{${text}}`;
  return part.as === "code" ? `\\texttt{${text}}` : text;
}

/** Characters that LaTeX treats specially or lacks. */
const signs: Readonly<Record<string, string>> = {
  "\\": String.raw`\textbackslash{}`,
  "~": String.raw`\textasciitilde{}`,
  "^": String.raw`\textasciicircum{}`,
  "<": String.raw`\textless{}`,
  ">": String.raw`\textgreater{}`,
  "|": String.raw`\textbar{}`,
  '"': String.raw`\textquotedbl{}`,
  "−": "$-$",
  "±": String.raw`$\pm$`,
  "×": String.raw`$\times$`,
  "·": String.raw`$\cdot$`,
  "≤": String.raw`$\leq$`,
  "≥": String.raw`$\geq$`,
  "→": String.raw`$\to$`,
  "–": "--",
  "—": "---",
  "…": String.raw`\ldots{}`,
  "“": "``",
  "”": "''",
  "‘": "`",
  "’": "'",
  "§": String.raw`\S{}`,
  "²": "$^2$",
  "β": String.raw`$\beta$`,
};

/**
 * Text escaped for LaTeX. Brackets are put in braces, since `\\` would read one that begins the
 * next row as a length; a letter that the T1 fonts lack becomes a question mark.
 */
export function escaped(text: string): string {
  return Array.from(text, (sign) => {
    if (signs[sign] !== undefined) return signs[sign];
    if (/[{}$&#_%]/.test(sign)) return `\\${sign}`;
    if (/[[\]]/.test(sign)) return `{${sign}}`;
    return /[\x20-\x7e\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]/.test(sign) ? sign : "?";
  }).join("");
}
