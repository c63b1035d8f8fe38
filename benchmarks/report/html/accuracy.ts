/**
 * The sections on metrics: arms, metrics by seed, differences, classes.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { mean } from "../../judge/statistics/summary.ts";
import { type Contrast, contrastsOf, earlyContrasts, leftOutText } from "../contrasts.ts";
import { fixed, grouped, oneLine } from "../../ground/format.ts";
import {
  mainMetric,
  metricDigits,
  metricLabel,
  metricNames,
  type Row,
  rowsOf,
} from "../metrics.ts";
import { cellText, differenceTexts, pText, scoreOf, scoreText } from "../scores.ts";
import { intervalFigure } from "./charts.ts";
import { type Markup, markup } from "./markup.ts";
import type { Section } from "./page.ts";
import { type Cell, dataTable, numberCell, numbersBy, type TableRow } from "./table.ts";

/** With more seeds than this a table has the mean alone; the cells are in a table of their own. */
const mostSeedColumns = 12;

/** What each arm is. */
export function armSection({ arms, cells }: Result): Section {
  const rows = arms.map(({ name, label, description }): TableRow => {
    const cell = cells.find(({ arm, status }) => arm === name && status === "done");
    return [
      name,
      label,
      description,
      numberCell(
        cell?.standardizedCount,
        `${cell?.standardizedCount} of ${cell?.convolutionCount}`,
      ),
      numberCell(cell?.parameterCount, grouped(cell?.parameterCount ?? NaN)),
    ];
  });
  const texts = ["arm", "label", "description"].map((title) => ({ title }));
  const numbers = ["convolutions standardized", "parameters"];
  const columns = [...texts, ...numbers.map((title) => ({ title, numeric: true }))];
  return { id: "arms", title: "Arms", body: dataTable("The arms compared", columns, rows) };
}

/** Every metric: the main one by seed, the others by their mean. */
export function metricSection(result: Result): Section {
  const main = mainMetric(result);
  if (main === undefined) {
    return { id: "metrics", title: "Metrics", body: markup`<p>No cell has a metric.</p>` };
  }
  const title = metricLabel(main);
  const seeds = result.seeds.length <= mostSeedColumns ? result.seeds : [];
  const columns = [...seeds.map((seed) => `seed ${seed}`), "mean ± 95 %"];
  const rows = rowsOf(result).map((row): TableRow => [
    row.label,
    ...seeds.map((seed) => seedCell(row, seed, main)),
    scoreCell(row, main),
  ]);
  const lone = result.seeds.length === 1
    ? markup`<p class="note">One seed only: there is no interval.</p>`
    : markup``;
  const body = markup`${
    dataTable(`${title} by arm and seed`, numbersBy("arm", columns), rows)
  }${lone}
${otherTable(result, main)}`;
  return { id: "metrics", title, body };
}

function otherTable(result: Result, main: string): Markup {
  const names = metricNames(result).filter((name) => name !== main);
  if (names.length === 0) return markup``;
  const rows = rowsOf(result).map((row): TableRow => [
    row.label,
    ...names.map((name) => scoreCell(row, name)),
  ]);
  const table = dataTable("Other metrics by arm", numbersBy("arm", names.map(metricLabel)), rows);
  return markup`<h3>Other metrics, mean ± 95 %</h3>${table}`;
}

function seedCell({ cells }: Row, seed: number, metric: string): Cell {
  const cell = cells.find((cell) => cell.seed === seed);
  const value = cell?.status === "done" ? cell.metrics[metric] ?? NaN : NaN;
  return { shows: cellText(cell, metric), by: value };
}

function scoreCell(row: Row, metric: string): Cell {
  const score = scoreOf(row, metric);
  return numberCell(score?.mean, scoreText(score, metric));
}

/** The paired differences of the main metric. */
export async function differenceSection(result: Result): Promise<Section | undefined> {
  const metric = mainMetric(result);
  if (metric === undefined || result.arms.length < 2) return undefined;
  const contrasts = contrastsOf(result, metric);
  const title = `Paired differences in ${metricLabel(metric)}`;
  const columns = numbersBy("difference", ["pairs", "mean", "95 % interval", "p (Holm)"]);
  const notes = contrasts.map(leftOutText).filter((text) => text !== undefined);
  const chart = await differenceChart(contrasts, metric);
  const table = dataTable(title, columns, contrasts.map(differenceRow));
  const body = markup`<div class="beside">${chart}${table}</div>
<ul class="notes">${notes.map((note) => markup`<li>${oneLine(note)}</li>`)}</ul>
${earlyTable(result, metric)}`;
  return { id: "differences", title, body };
}

function differenceRow({ label, difference, pValue }: Contrast): TableRow {
  const [n, mean, interval] = differenceTexts(difference);
  return [
    label,
    numberCell(difference?.n ?? 0, n),
    numberCell(difference?.mean, mean),
    { shows: interval, by: difference?.interval?.low ?? NaN },
    numberCell(pValue, pText(pValue)),
  ];
}

function differenceChart(contrasts: Contrast[], metric: string): Promise<Markup> {
  const rows = contrasts.flatMap(({ label, pairs, difference }) => {
    if (difference === undefined) return [];
    const { mean: value, interval } = difference;
    const values = pairs.arm.map((value, i) => value - pairs.minus[i]!);
    return [{ label, value, values, ...(interval !== undefined && { interval }) }];
  });
  const description =
    `Differences in ${metricLabel(metric)} by pair of arms: each seed, the mean, ` +
    "and its 95 % interval";
  return intervalFigure(rows, `difference in ${metricLabel(metric)}`, description);
}

function earlyTable(result: Result, metric: string): Markup {
  const contrasts = earlyContrasts(result, metric);
  if (contrasts.length === 0) return markup``;
  const titles = ["pairs", "at a quarter", "at the end", "quarter − end", "95 % interval"];
  const rows = contrasts.map(({ label, early, late, change }): TableRow => {
    const [n, first] = differenceTexts(early.difference);
    const [, last] = differenceTexts(late.difference);
    const [, mean, interval] = differenceTexts(change.difference);
    return [
      label,
      numberCell(early.difference?.n ?? 0, n),
      numberCell(early.difference?.mean, first),
      numberCell(late.difference?.mean, last),
      numberCell(change.difference?.mean, mean),
      { shows: interval, by: change.difference?.interval?.low ?? NaN },
    ];
  });
  const columns = numbersBy("difference", titles);
  return markup`<h3>Early against late</h3>
${dataTable(`Differences in ${metricLabel(metric)} early and late`, columns, rows)}`;
}

/** The IoU of every class, the mean over the finished seeds. */
export function classSection(result: Result): Section | undefined {
  const rows = rowsOf(result);
  const known = rows.some(({ cells }) => cells.some(({ classIou }) => classIou.length > 0));
  if (!known) return undefined;
  const columns = numbersBy("class", rows.map(({ label }) => label));
  const names = Array.from({ length: result.data.classes }, (_, i) => i);
  const table = dataTable(
    "IoU (%) by class and arm",
    columns,
    names.map((i): TableRow => [
      result.data.classNames[i] ?? `${i}`,
      ...rows.map((row) => classCell(row, i)),
    ]),
  );
  const note = markup`<p class="note">Means over the finished seeds, in percent.</p>`;
  return { id: "classes", title: "IoU by class", body: markup`${table}${note}` };
}

function classCell({ cells }: Row, index: number): Cell {
  const values = cells.filter(({ status }) => status === "done")
    .map(({ classIou }) => classIou[index] ?? NaN).filter(Number.isFinite);
  const value = values.length === 0 ? NaN : mean(values);
  return numberCell(value, fixed(value, metricDigits("mIoU")));
}
