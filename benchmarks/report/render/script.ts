/**
 * The page's script. Everything can be read without it; with it, pressing a column's head sorts the
 * table: ascending, descending, as it was. Cells without a value stay last.
 */
export const script: string = `"use strict";
const collator = new Intl.Collator("en", { numeric: true });
const keyOf = (row, column) => {
  const cell = row.cells[column];
  const text = cell.dataset.sort ?? cell.textContent.trim();
  return text === "" || text === "–" ? undefined : text;
};
const numeric = (text) => text !== "" && Number.isFinite(Number(text));
const compare = (a, b) =>
  numeric(a) && numeric(b) ? Number(a) - Number(b) : collator.compare(a, b);
const order = (rows, column, sign) =>
  rows.toSorted((a, b) => {
    const [left, right] = [keyOf(a, column), keyOf(b, column)];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined);
    }
    return sign * compare(left, right);
  });
const next = { none: "ascending", ascending: "descending", descending: "none" };
const signs = { ascending: 1, descending: -1 };
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const original = [...body.rows];
  if (original.length < 2) continue;
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const state = next[head.getAttribute("aria-sort")];
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", state);
      body.append(...(state === "none" ? original : order(original, column, signs[state])));
    });
  });
}
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
});
`;
