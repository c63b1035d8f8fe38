/**
 * The part of a report on a sweep: the added time against the work of a step.
 *
 * @module
 */
import { stepTimes } from "../../judge/timings/figures.ts";
import type { ComparedRow, Overhead } from "../../judge/timings/overheads.ts";
import { pixelsOf, rowName } from "../../judge/timings/rows.ts";
import type { Sweep } from "../../record/mod.ts";
import { type Column, list, table } from "../blocks.ts";
import type { Block, NumberCell } from "../document.ts";
import { numberText } from "../text.ts";
import { addedFigure } from "./added_chart.ts";
import { lawBlocks } from "./law.ts";
import { addedCell, timedSubjects } from "./tables.ts";

/** Added time row by row, and the chart; nothing where nothing was swept or timed. */
export function sweepBlocks(sweep: Sweep | undefined, compared: readonly ComparedRow[]): Block[] {
  const rows = compared.filter(({ overheads }) => overheads.length > 0)
    .toSorted((a, b) => pixelsOf(a.config) - pixelsOf(b.config));
  if (sweep === undefined || rows.length === 0) return [];
  return [
    ...sweepTable(Object.keys(sweep), rows),
    ...extremes(rows),
    ...addedFigure(rows),
    ...lawBlocks(rows),
  ];
}

/** A column for each overhead; those over a peer are in the rows' own tables. */
function sweepTable(keys: readonly string[], rows: readonly ComparedRow[]): Block[] {
  const own = new Map(
    rows.flatMap(({ overheads }) => overheads).filter(isOwn).map((one) => [keyOf(one), one]),
  );
  const caption = "Added step time as the work of a step grows, with its 95 % bootstrap interval";
  return table(caption, rows, [
    ...keys.map((key): Column<ComparedRow> => [key, (row) => {
      return { value: row.values[key], digits: decimals(row, key) };
    }]),
    ["pixels a step", ({ config }) => ({ value: pixelsOf(config), digits: 0, grouped: true })],
    ["plain (ms)", (row) => ({ value: plainMs(row), digits: 1 })],
    ...[...own].map(([key, one]): Column<ComparedRow> => [
      nameOf(one),
      ({ overheads }) => overheadCell(overheads.find((other) => keyOf(other) === key)),
    ]),
  ], { paper: true });
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
