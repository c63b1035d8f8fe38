/**
 * The part of `overhead.md` that a sweep has: what is added against the work of a step.
 *
 * @module
 */
import { fixed, grouped, none } from "../ground/format.ts";
import { plain, table } from "../report/markdown/table.ts";
import { hasChart } from "./chart.ts";
import { stepTimes } from "./figures.ts";
import type { ComparedRow, Overhead } from "./overheads.ts";
import type { Sweep } from "./record.ts";
import { pixelsOf, rowName } from "./sweep.ts";
import { addedText, timedSubjects } from "./tables.ts";

/**
 * Added time row by row, and the chart; nothing where nothing was swept or timed.
 *
 * @param sweep what was swept, if anything
 * @param compared the rows with their comparisons
 */
export function sweepSections(
  sweep: Sweep | undefined,
  compared: readonly ComparedRow[],
): string[] {
  const rows = compared.filter(({ overheads }) => overheads.length > 0)
    .toSorted((a, b) => pixelsOf(a.config) - pixelsOf(b.config));
  if (sweep === undefined || rows.length === 0) return [];
  return [
    "## What is added as the work grows",
    sweepTable(Object.keys(sweep), rows),
    extremesLines(rows),
    hasChart(rows) ? picture : "",
  ].filter((section) => section !== "");
}

const picture = "<picture>\n" +
  `<source media="(prefers-color-scheme: dark)" srcset="overhead-dark.svg">\n` +
  `<img alt="Added step time against pixels a step" src="overhead.svg">\n` +
  "</picture>\n\n" +
  "Bars are 95 % bootstrap intervals; series stand a little apart for the eye, and lines join rows " +
  "of the same image size or whatever else was swept after the first.";

/** Each comparison has a column; what is set against a peer stands in the rows' own tables. */
function sweepTable(keys: readonly string[], rows: readonly ComparedRow[]): string {
  const columns = new Map(
    rows.flatMap(({ overheads }) => overheads).filter(isOwn).map((one) => [keyOf(one), one]),
  );
  const header = [...keys, "pixels a step", "plain (ms)"];
  const titles = [...columns.values()].map((one) =>
    `${plain(one.subject.label)} over ${plain(one.over.label)}`
  );
  const cells = rows.map((row) => {
    const overheads = new Map(row.overheads.map((one) => [keyOf(one), one]));
    return [
      ...keys.map((key) => String(row.values[key])),
      grouped(pixelsOf(row.config)),
      fixed(plainMs(row), 1),
      ...[...columns.keys()].map((key) => cellText(overheads.get(key))),
    ];
  });
  return table([...header, ...titles], cells, [...header, ...titles].map(() => "r"));
}

function isOwn({ subject, over }: Overhead): boolean {
  return subject.engine === over.engine;
}

function keyOf({ subject, over }: Overhead): string {
  return `${subject.name} ${over.name}`;
}

function cellText(overhead: Overhead | undefined): string {
  if (overhead === undefined) return none;
  const isNoise = overhead.verdict === "within noise";
  return `${addedText(overhead.time)}${isNoise ? ", within noise" : ""}`;
}

function plainMs(row: ComparedRow): number | undefined {
  const first = timedSubjects(row).find(({ kernels }) => kernels === "plain");
  return first === undefined ? undefined : stepTimes(first).median;
}

/** What each subject of this library adds at the least and at the most work, in words. */
function extremesLines(rows: readonly ComparedRow[]): string {
  const [least, most] = [rows[0]!, rows.at(-1)!];
  if (least === most) return "";
  const atMost = new Map(most.overheads.map((one) => [keyOf(one), one]));
  return least.overheads.filter(isOwn).flatMap((one) => {
    const other = atMost.get(keyOf(one));
    if (other === undefined || one.verdict === "noise floor") return [];
    return [
      `- ${plain(one.subject.label)} over ${plain(one.over.label)}: ${cellText(one)} at ` +
      `${rowName(least.values)}; ${cellText(other)} at ${rowName(most.values)}`,
    ];
  }).join("\n");
}
