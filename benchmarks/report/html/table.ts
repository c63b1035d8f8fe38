/**
 * Tables that the page's script can sort.
 *
 * @module
 */
import { none, oneLine } from "../../ground/format.ts";
import { type Insert, type Markup, markup } from "./markup.ts";

/** A column. */
export interface Column {
  title: string;
  /** Whether it holds numbers, which stand right (default: no). */
  numeric?: boolean;
}

/** A cell: what it shows, and by what it sorts where that is not its text. */
export interface Cell {
  shows: Insert;
  /** NaN sorts last. */
  by: number | string;
}

/** One row, a cell for each column. */
export type TableRow = readonly (Insert | Cell)[];

/**
 * A table whose first column names its rows.
 *
 * @param caption what the table holds, for those who do not see it
 * @param columns the columns
 * @param rows the rows
 */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly TableRow[],
): Markup {
  const heads = columns.map(({ title, numeric = false }) =>
    markup`<th scope="col"${kind(numeric)}>${oneLine(title)}</th>`
  );
  const body = rows.map((row) =>
    markup`<tr>${row.map((cell, i) => tableCell(cell, i, columns[i]?.numeric ?? false))}</tr>`
  );
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}
</tbody></table></div>`;
}

function tableCell(cell: Insert | Cell, column: number, numeric: boolean): Markup {
  const { shows, by } = isCell(cell) ? cell : { shows: cell, by: undefined };
  const sort = by === undefined ? markup`` : markup` data-sort="${Number.isNaN(by) ? "" : by}"`;
  return column === 0
    ? markup`<th scope="row"${kind(numeric)}${sort}>${cut(shows)}</th>`
    : markup`<td${kind(numeric)}${sort}>${cut(shows)}</td>`;
}

function cut(shows: Insert): Insert {
  return typeof shows === "string" ? oneLine(shows) : shows;
}

function kind(numeric: boolean): Markup {
  return numeric ? markup` class="number"` : markup``;
}

function isCell(cell: Insert | Cell): cell is Cell {
  return typeof cell === "object" && "shows" in cell;
}

/**
 * A number: shown as given, sorted by its value.
 *
 * @param value the number; nothing where there is none
 * @param text how it is written
 */
export function numberCell(value: number | undefined, text: string): Cell {
  return { shows: value === undefined || Number.isNaN(value) ? none : text, by: value ?? NaN };
}

/**
 * Columns of numbers after one of names.
 *
 * @param names the title of the first column
 * @param numbers the titles of the others
 */
export function numbersBy(names: string, numbers: readonly string[]): Column[] {
  return [{ title: names }, ...numbers.map((title) => ({ title, numeric: true }))];
}

/**
 * Names and values below each other.
 *
 * @param rows the names and values
 */
export function listing(rows: readonly (readonly [string, Insert])[]): Markup {
  const items = rows.map(([name, value]) =>
    markup`<div><dt>${oneLine(name)}</dt><dd>${cut(value)}</dd></div>`
  );
  return markup`<dl class="listing">${items}</dl>`;
}
