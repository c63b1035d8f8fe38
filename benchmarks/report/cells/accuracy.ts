/**
 * The parts of a report on metrics: the main table, scores by seed, differences, classes.
 *
 * @module
 */
import { mean } from "../../judge/statistics/summary.ts";
import type { Result } from "../../record/mod.ts";
import { intervalFigure } from "../charts/interval_chart.ts";
import {
  type Block,
  type Cell,
  list,
  note,
  type NumberCell,
  section,
  type Table,
} from "../document.ts";
import { type Contrast, contrastsOf, earlyContrasts, leftOutText } from "./contrasts.ts";
import { mainMetric, metricDigits, metricLabel, metricNames, type Row, rowsOf } from "./metrics.ts";
import { metricCell, scoreCells, scoreOf } from "./scores.ts";
import { addedCell, type Speed, speedsOf } from "./speed.ts";

/** With more seeds than this a table has the mean alone; the cells are in a table of their own. */
const mostSeedColumns = 12;

/** What a reader looks for first: each arm's score, what it differs by, and what it costs. */
export function mainTable(result: Result): Block[] {
  const metric = mainMetric(result);
  if (metric === undefined) return [];
  const speeds = speedsOf(result);
  const rows = speeds.map(({ row }) => row);
  const scores = scoreCells(rows, metric);
  const isTimed = speeds.some(({ added }) => added !== undefined);
  const label = metricLabel(metric);
  const first = result.arms[0]?.label ?? "";
  const caption = `${label}, mean and half of its 95 % interval, on ${result.data.name}` +
    (isTimed ? `; step time added to ${first}, with its 95 % interval` : "");
  return [{
    kind: "table",
    paper: true,
    caption,
    columns: ["arm", "seeds", label, ...(isTimed ? ["added step time"] : [])],
    rows: speeds.map((speed, i): Cell[] => [
      [{ as: "swatch", color: i }, speed.row.label],
      seedsCell(result, speed, metric),
      scores[i]!,
      ...(isTimed ? [addedCell(speed, result)] : []),
    ]),
  }];
}

function seedsCell({ seeds }: Result, { row }: Speed, metric: string): NumberCell {
  const n = scoreOf(row, metric)?.n ?? 0;
  const isWhole = n === seeds.length;
  return { value: n, digits: 0, ...(!isWhole && { unit: `of ${seeds.length}` }) };
}

/** The main metric by seed, and the other metrics by arm. */
export function scoreBlocks(result: Result): Block[] {
  const main = mainMetric(result);
  if (main === undefined) return [{ kind: "text", text: "No cell has a metric." }];
  const others = metricNames(result).filter((name) => name !== main);
  return [
    seedTable(result, main),
    ...(result.seeds.length === 1 ? [note("One seed only: there is no interval.")] : []),
    ...(others.length > 0 ? section("Other metrics", [otherTable(result, others)], 3) : []),
  ];
}

function seedTable(result: Result, metric: string): Table {
  const rows = rowsOf(result);
  const scores = scoreCells(rows, metric);
  const seeds = result.seeds.length <= mostSeedColumns ? result.seeds : [];
  return {
    kind: "table",
    caption: `${metricLabel(metric)} by arm and seed`,
    columns: ["arm", ...seeds.map((seed) => `seed ${seed}`), "mean ± 95 %"],
    rows: rows.map(({ label, cells }, i): Cell[] => [
      label,
      ...seeds.map((seed) => metricCell(cells.find((cell) => cell.seed === seed), metric)),
      scores[i]!,
    ]),
  };
}

function otherTable(result: Result, metrics: readonly string[]): Table {
  const rows = rowsOf(result);
  const scores = metrics.map((metric) => scoreCells(rows, metric));
  return {
    kind: "table",
    caption: "Other metrics by arm, mean ± half of its 95 % interval",
    columns: ["arm", ...metrics.map(metricLabel)],
    rows: rows.map(({ label }, i): Cell[] => [label, ...scores.map((column) => column[i]!)]),
  };
}

/** The contrasts of the main metric, at the end and early; nothing for one arm. */
export function differenceBlocks(result: Result): Block[] {
  const metric = mainMetric(result);
  if (metric === undefined || result.arms.length < 2) return [];
  const contrasts = contrastsOf(result, metric);
  const title = `Paired differences in ${metricLabel(metric)}`;
  return [
    ...differenceFigure(contrasts, metric),
    {
      kind: "table",
      caption: title,
      columns: ["difference", "pairs", "mean [95 % interval]", "p (Holm)"],
      rows: contrasts.map((contrast): Cell[] => [
        contrast.label,
        pairsCell(contrast),
        differenceCell(contrast, metric),
        pCell(contrast.pValue),
      ]),
    },
    ...list(contrasts.map(leftOutText).filter((text) => text !== undefined)),
    ...section("Early against late", earlyTable(result, metric), 3),
  ];
}

function differenceFigure(contrasts: readonly Contrast[], metric: string): Block[] {
  const rows = contrasts.flatMap((contrast) => {
    const { label, pairs, difference } = contrast;
    if (difference === undefined) return [];
    const { mean: value, interval } = difference;
    return [{
      label,
      value,
      values: pairs.values,
      ...(interval !== undefined && { interval }),
    }];
  });
  const alt = `Differences in ${metricLabel(metric)}: each seed, the mean, and its 95 % interval`;
  return intervalFigure(rows, `difference in ${metricLabel(metric)}`, alt);
}

function pairsCell({ difference }: Contrast): NumberCell {
  return { value: difference?.n ?? 0, digits: 0 };
}

function differenceCell({ difference }: Contrast, metric: string): NumberCell {
  const isAlone = difference !== undefined && difference.interval === undefined;
  return {
    value: difference?.mean,
    digits: metricDigits(metric),
    signed: true,
    range: difference?.interval,
    ...(isAlone && { note: "no interval: one pair" }),
  };
}

function pCell(value: number | undefined): Cell {
  const isTiny = value !== undefined && value < 0.001;
  return { value: isTiny ? undefined : value, digits: 3, ...(isTiny && { note: "< 0.001" }) };
}

/** The main metric at a quarter of training against its end, as differences between arms. */
function earlyTable(result: Result, metric: string): Block[] {
  const contrasts = earlyContrasts(result, metric);
  if (contrasts.length === 0) return [];
  return [{
    kind: "table",
    caption: `Differences in ${metricLabel(metric)} early and late`,
    columns: ["difference", "pairs", "at a quarter", "at the end", "quarter − end [95 %]"],
    rows: contrasts.map(({ label, early, late, change }): Cell[] => [
      label,
      pairsCell(early),
      { value: early.difference?.mean, digits: metricDigits(metric), signed: true },
      { value: late.difference?.mean, digits: metricDigits(metric), signed: true },
      differenceCell(change, metric),
    ]),
  }];
}

/** The IoU of every class, the mean over the finished seeds; nothing where no cell tells. */
export function classBlocks(result: Result): Block[] {
  const rows = rowsOf(result);
  const { classes, classNames } = result.data;
  if (!rows.some(({ cells }) => cells.some(({ classIou }) => classIou.length > 0))) return [];
  const table: Table = {
    kind: "table",
    caption: "IoU (%) by class and arm",
    columns: ["class", ...rows.map(({ label }) => label)],
    rows: Array.from({ length: classes }, (_, i): Cell[] => {
      return [
        classNames[i] ?? `${i}`,
        ...rows.map((row): NumberCell => {
          const value = classIou(row, i);
          return { value, digits: metricDigits("mIoU"), bar: value / 100 };
        }),
      ];
    }),
  };
  return [note("Means over the finished seeds, in percent."), table];
}

function classIou({ cells }: Row, index: number): number {
  const values = cells.filter(({ status }) => status === "done")
    .map(({ classIou }) => classIou[index] ?? NaN).filter(Number.isFinite);
  return values.length === 0 ? NaN : mean(values);
}
