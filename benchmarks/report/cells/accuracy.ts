/**
 * The parts of a report on metrics: the main table, scores by seed, classes.
 *
 * @module
 */
import { mean } from "../../judge/statistics/summary.ts";
import type { Result } from "../../record/mod.ts";
import { type Column, note, section, table } from "../blocks.ts";
import type { Block, NumberCell } from "../document.ts";
import { mainMetric, metricDigits, metricLabel, metricNames, type Row, rowsOf } from "./metrics.ts";
import { otherLosses } from "../../judge/warnings/other_losses.ts";
import { metricCell, scoreCells, scoreOf } from "./scores.ts";
import { addedCell, baselineOf, speedsOf } from "./speed.ts";

/** With more seeds than this a table has the mean alone; the cells are in a table of their own. */
const mostSeedColumns = 12;

/** What a reader looks for first: each arm's score, what it differs by, and what it costs. */
export function mainTable(result: Result): Block[] {
  const metric = mainMetric(result);
  if (metric === undefined) return [];
  const speeds = speedsOf(result);
  const scores = scoreCells(speeds.map(({ row }) => row), metric);
  const isTimed = speeds.some(({ added }) => added !== undefined);
  const label = metricLabel(metric);
  const first = baselineOf(result)?.label ?? "";
  const caption = `${label}, mean and half of its 95 % interval, on ${result.data.name}` +
    (isTimed ? `; step time added to ${first}, with its 95 % interval` : "");
  return table(caption, speeds, [
    ["arm", ({ row }, i) => [{ as: "swatch", color: i }, row.label]],
    ["seeds", ({ row }) => seedsCell(result, row, metric)],
    [label, (_, i) => scores[i]!],
    isTimed && ["added step time", (speed) => addedCell(speed, result)],
  ], { paper: true });
}

function seedsCell({ seeds }: Result, row: Row, metric: string): NumberCell {
  const n = scoreOf(row, metric)?.n ?? 0;
  return { value: n, digits: 0, unit: n === seeds.length ? undefined : `of ${seeds.length}` };
}

/** The main metric by seed, and the other metrics by arm. */
export function scoreBlocks(result: Result): Block[] {
  const main = mainMetric(result);
  if (main === undefined) return [{ kind: "text", text: "No cell has a metric." }];
  const others = metricNames(result).filter((name) => name !== main);
  return [
    ...seedTable(result, main),
    ...(result.seeds.length === 1 ? [note("One seed only: there is no interval.")] : []),
    ...(others.length > 0 ? section("Other metrics", otherTable(result, others), 3) : []),
  ];
}

function seedTable(result: Result, metric: string): Block[] {
  const rows = rowsOf(result);
  const scores = scoreCells(rows, metric);
  const seeds = result.seeds.length <= mostSeedColumns ? result.seeds : [];
  return table(`${metricLabel(metric)} by arm and seed`, rows, [
    ["arm", ({ label }) => label],
    ...seeds.map((seed): Column<Row> => [
      `seed ${seed}`,
      ({ cells }) => metricCell(cells.find((cell) => cell.seed === seed), metric),
    ]),
    ["mean ± 95 %", (_, i) => scores[i]!],
  ]);
}

function otherTable(result: Result, metrics: readonly string[]): Block[] {
  const rows = rowsOf(result);
  const isShared = otherLosses(result).length === 0; // else the least training loss is not the best
  return table("Other metrics by arm, mean ± half of its 95 % interval", rows, [
    ["arm", ({ label }) => label],
    ...metrics.map((metric): Column<Row> => {
      const scores = scoreCells(rows, metric);
      const isRanked = isShared || metric !== "trainLoss";
      return [
        metricLabel(metric),
        (_, i) => ({ ...scores[i]!, ...(!isRanked && { best: false }) }),
      ];
    }),
  ]);
}

/** The IoU of every class, the mean over the finished seeds; nothing where none was recorded. */
export function classBlocks(result: Result): Block[] {
  const rows = rowsOf(result);
  const { classes, classNames } = result.data;
  const measured = rows.flatMap(({ cells }) => cells)
    .reduce((most, { classIou }) => Math.max(most, classIou.length), 0);
  if (measured === 0) return [];
  return [
    note("Means over the finished seeds, in percent."),
    ...table(
      "IoU (%) by class and arm",
      Array.from({ length: Math.min(classes, measured) }, (_, i) => i),
      [
        ["class", (i) => classNames[i] ?? `${i}`],
        ...rows.map((row): Column<number> => [row.label, (i) => classIouCell(row, i)]),
      ],
    ),
  ];
}

function classIouCell({ done }: Row, index: number): NumberCell {
  const values = done.map(({ classIou }) => classIou[index] ?? NaN).filter(Number.isFinite);
  const value = values.length === 0 ? NaN : mean(values);
  return { value, digits: metricDigits("mIoU"), bar: value / 100 };
}
