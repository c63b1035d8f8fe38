/**
 * The sections on the run itself: cells that failed or are missing, warnings, environment, command.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { configRows, environmentRows, groupedWarnings, unfinishedCells } from "../run.ts";
import { fenced, plain, table } from "./table.ts";

/** More lines of a list would not be read, nor fit a comment on a pull request. */
const mostLines = 20;

/** Cells without a result. A failed cell says where, and that its curve is kept. */
export function unfinishedSections(result: Result): string[] {
  const lines = unfinishedCells(result).map(({ cell, end }) => `- ${plain(cell)}: ${plain(end)}`);
  return lines.length === 0 ? [] : ["## Cells without a result", list(lines)];
}

/** Warnings of the run and of its cells, each once, with the count of cells that gave it. */
export function warningSections(result: Result): string[] {
  const lines = groupedWarnings(result).map(({ code, message, advice, count }) => {
    const times = count > 1 ? ` (${count} times)` : "";
    return `- **${plain(code)}**${times}: ${plain(message)}. ${plain(advice)}`;
  });
  return lines.length === 0 ? [] : ["## Warnings", list(lines)];
}

function list(lines: string[]): string {
  const rest = lines.length - mostLines;
  const more = rest > 0 ? [`- and ${rest} more in result.json`] : [];
  return [...lines.slice(0, mostLines), ...more].join("\n");
}

/** Machine and versions. */
export function environmentSections(result: Result): string[] {
  const rows = environmentRows(result).map(([key, value]) => [key, plain(value)]);
  return ["## Environment", table(["what", "value"], rows, ["l", "l"])];
}

/** The command that repeats the run, and its configuration. */
export function repeatSections(result: Result): string[] {
  const rows = configRows(result).map((row) => row.map(plain));
  const values = table(["key", "value"], rows, ["l", "l"]);
  return [
    "## How to repeat it",
    fenced(result.command),
    ...(rows.length > 0
      ? [`<details><summary>Configuration</summary>\n\n${values}\n\n</details>`]
      : []),
  ];
}
