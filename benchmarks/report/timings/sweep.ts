/**
 * The part of a report that a sweep has: what is added against the work of a step.
 *
 * @module
 */
import { stepTimes } from "../../judge/timings/figures.ts";
import type { ComparedRow, Overhead } from "../../judge/timings/overheads.ts";
import { pixelsOf, rowName } from "../../judge/timings/rows.ts";
import type { Sweep } from "../../record/mod.ts";
import { type Block, type Cell, list, type NumberCell, numberText } from "../document.ts";
import { addedFigure } from "./added_chart.ts";
import { addedCell, timedSubjects } from "./tables.ts";

/** Added time row by row, and the chart; nothing where nothing was swept or timed. */
export function sweepBlocks(sweep: Sweep | undefined, compared: readonly ComparedRow[]): Block[] {
  const rows = compared.filter(({ overheads }) => overheads.length > 0)
    .toSorted((a, b) => pixelsOf(a.config) - pixelsOf(b.config));
  if (sweep === undefined || rows.length === 0) return [];
  return [sweepTable(Object.keys(sweep), rows), ...extremes(rows), ...addedFigure(rows)];
}

/** Each comparison has a column; what is set against a peer stands in the rows' own tables. */
function sweepTable(keys: readonly string[], rows: readonly ComparedRow[]): Block {
  const columns = new Map(
    rows.flatMap(({ overheads }) => overheads).filter(isOwn).map((one) => [keyOf(one), one]),
  );
  return {
    kind: "table",
    paper: true,
    caption: "Added step time as the work of a step grows, with its 95 % bootstrap interval",
    columns: [...keys, "pixels a step", "plain (ms)", ...[...columns.values()].map(nameOf)],
    rows: rows.map((row): Cell[] => {
      const overheads = new Map(row.overheads.map((one) => [keyOf(one), one]));
      return [
        ...keys.map((key): NumberCell => ({ value: row.values[key], digits: decimals(row, key) })),
        { value: pixelsOf(row.config), digits: 0, grouped: true },
        { value: plainMs(row), digits: 1 },
        ...[...columns.keys()].map((key) => overheadCell(overheads.get(key))),
      ];
    }),
  };
}

/** As many as the value was given with. */
function decimals({ values }: ComparedRow, key: string): number {
  return `${values[key]}`.split(".")[1]?.length ?? 0;
}

function isOwn({ subject, over }: Overhead): boolean {
  return subject.engine === over.engine;
}

function keyOf({ subject, over }: Overhead): string {
  return `${subject.name} ${over.name}`;
}

function nameOf({ subject, over }: Overhead): string {
  return `${subject.label} over ${over.label}`;
}

function overheadCell(overhead: Overhead | undefined): NumberCell {
  const isNoise = overhead?.verdict === "within noise";
  return addedCell(overhead?.time, isNoise ? overhead.verdict : undefined);
}

function plainMs(row: ComparedRow): number | undefined {
  const first = timedSubjects(row).find(({ kernels }) => kernels === "plain");
  return first === undefined ? undefined : stepTimes(first).median;
}

/** What each subject of this library adds at the least and at the most work, in words. */
function extremes(rows: readonly ComparedRow[]): Block[] {
  const [least, most] = [rows[0]!, rows.at(-1)!];
  if (least === most) return [];
  const atMost = new Map(most.overheads.map((one) => [keyOf(one), one]));
  const text = (one: Overhead) => numberText(overheadCell(one));
  return list(
    least.overheads.filter(isOwn).flatMap((one) => {
      const other = atMost.get(keyOf(one));
      if (other === undefined || one.verdict === "noise floor") return [];
      const [from, to] = [rowName(least.values), rowName(most.values)];
      return [`${nameOf(one)}: ${text(one)} at ${from}; ${text(other)} at ${to}`];
    }),
  );
}
