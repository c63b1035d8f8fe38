/**
 * Lines of text and tables within the page. The page's script can sort the tables.
 *
 * @module
 */
import { ofPage, seriesColor } from "../charts/theme.ts";
import type { Cell, NumberCell, Styled, Table, Text } from "../document.ts";
import { isNumber, numberText, numericColumns, partsOf } from "../text.ts";
import { oneLine } from "../../ground/format.ts";
import { Markup, markup } from "./markup.ts";

/** A longer text widens its column; a shorter one is not wrapped. In characters. */
const longText = 30, shortText = 12;

/** A line of text. */
export function lineMarkup(text: Text): Markup {
  return new Markup(partsOf(text).map(styled).join(""));
}

function styled(part: Styled): Markup {
  switch (part.as) {
    case "plain":
      return markup`${part.text}`;
    case "strong":
      return markup`<b>${part.text}</b>`;
    case "code":
      return markup`<code>${part.text}</code>`;
    case "quiet":
      return markup`<span class="quiet">${part.text}</span>`;
    case "badge":
      return markup`<span class="badge ${part.mood}">${part.text}</span>`;
    case "link":
      return markup`<a href="${part.to}">${part.text}</a>`;
    case "swatch":
      return markup`<span class="swatch" style="background: ${colorOf(part.color)}"></span>`;
  }
}

function colorOf(color: string | number): string {
  return typeof color === "number" ? seriesColor(ofPage, color) : color;
}

/** A table whose first column names its rows. */
export function tableMarkup(table: Table): Markup {
  const numeric = numericColumns(table);
  const heads = table.columns.map((title, i) =>
    markup`<th scope="col"${classes(numeric[i] && "number", widthOf(title))}>${oneLine(title)}</th>`
  );
  const body = table.rows.map((row) => markup`<tr>${row.map(cellMarkup)}</tr>`);
  return markup`<div class="scroll" role="region" aria-label="${table.caption}" tabindex="0"><table>
<caption>${table.caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}
</tbody></table></div>`;
}

function cellMarkup(cell: Cell, column: number): Markup {
  const shown = isNumber(cell) ? numberMarkup(cell) : lineMarkup(cell);
  const kind = classes(isNumber(cell) ? "number" : widthOf(cell));
  const sort = isNumber(cell) ? markup` data-sort="${sortKey(cell)}"` : markup``;
  return column === 0
    ? markup`<th scope="row"${kind}${sort}>${shown}</th>`
    : markup`<td${kind}${sort}>${shown}</td>`;
}

function widthOf(text: Text): string | false {
  const length = partsOf(text).map((part) => "text" in part ? part.text : "").join("").length;
  return length > longText ? "long" : length <= shortText && "short";
}

function sortKey({ value }: NumberCell): string {
  return value === undefined || !Number.isFinite(value) ? "" : `${value}`;
}

function numberMarkup(cell: NumberCell): Markup {
  const text = numberText(cell);
  const shown = cell.best ? markup`<b class="best">${text}</b>` : markup`${text}`;
  if (cell.bar === undefined || !Number.isFinite(cell.bar)) return shown;
  return markup`<span class="bar" style="--share: ${cell.bar.toFixed(3)}">${shown}</span>`;
}

function classes(...names: (string | false | undefined)[]): Markup {
  const all = names.filter(Boolean);
  return all.length === 0 ? markup`` : markup` class="${all.join(" ")}"`;
}
