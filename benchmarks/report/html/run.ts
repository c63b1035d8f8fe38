/**
 * The sections on the run itself: cells, warnings, environment, command.
 *
 * @module
 */
import type { CellRecord, Result } from "../../record/mod.ts";
import { counted, fixed, grouped, oneLine } from "../../ground/format.ts";
import { mainMetric, metricLabel, rowsOf } from "../metrics.ts";
import { configRows, environmentRows, groupedWarnings, unfinishedCells } from "../run.ts";
import { cellText } from "../scores.ts";
import { markup } from "./markup.ts";
import type { Section } from "./page.ts";
import { dataTable, listing, numberCell, type TableRow } from "./table.ts";

/** Warnings, and cells without a result; nothing where there are none. */
export function warningSection(result: Result): Section | undefined {
  const warnings = groupedWarnings(result).map(({ code, message, advice, count }) =>
    markup`<li><b>${oneLine(code)}</b>${count > 1 ? ` (${count} times)` : ""}: ${oneLine(message)}.
<span>${oneLine(advice)}</span></li>`
  );
  const unfinished = unfinishedCells(result).map(({ cell, end }) =>
    markup`<li><b>${oneLine(cell)}</b>: ${oneLine(end)}</li>`
  );
  const items = [...unfinished, ...warnings];
  if (items.length === 0) return undefined;
  return { id: "warnings", title: "Warnings", body: markup`<ul class="warnings">${items}</ul>` };
}

/** Every cell: one arm, one seed. */
export function cellSection(result: Result): Section {
  const metric = mainMetric(result);
  const columns = [
    { title: "arm" },
    { title: "seed", numeric: true },
    { title: "status" },
    ...["steps", ...(metric === undefined ? [] : [metricLabel(metric)]), "images/s", "minutes"]
      .map((title) => ({ title, numeric: true })),
  ];
  const rows = rowsOf(result).flatMap(({ label, cells }) =>
    cells.map((cell): TableRow => [
      label,
      numberCell(cell.seed, `${cell.seed}`),
      cell.status,
      numberCell(cell.steps, grouped(cell.steps)),
      ...(metric === undefined ? [] : [metricCell(cell, metric)]),
      numberCell(cell.imagesPerSecond, fixed(cell.imagesPerSecond, 1)),
      numberCell(cell.durationMs, fixed(cell.durationMs / 60_000, 1)),
    ])
  );
  const table = dataTable("Every cell", columns, rows);
  const body = markup`<details><summary>${
    counted(rows.length, "cell")
  }: one arm with one seed each</summary>${table}</details>`;
  return { id: "cells", title: "Cells", body };
}

function metricCell(cell: CellRecord, metric: string) {
  const value = cell.status === "done" ? cell.metrics[metric] : undefined;
  return numberCell(value, cellText(cell, metric));
}

/** Machine and versions. */
export function environmentSection(result: Result): Section {
  return { id: "environment", title: "Environment", body: listing(environmentRows(result)) };
}

/** The command that repeats the run, and its configuration. */
export function repeatSection(result: Result): Section {
  const rows = configRows(result).map(([name, value]): TableRow => [
    name,
    markup`<code>${oneLine(value)}</code>`,
  ]);
  const table = dataTable("The configuration as run", [{ title: "key" }, { title: "value" }], rows);
  const config = rows.length === 0
    ? markup``
    : markup`<details><summary>Configuration</summary>${table}</details>`;
  const body = markup`<pre tabindex="0"><code>${result.command}</code></pre>${config}`;
  return { id: "repeat", title: "How to repeat it", body };
}
