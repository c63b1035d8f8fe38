/**
 * The sections on metrics: by arm and seed, differences between arms, early against late.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { contrastsOf, earlyContrasts, leftOutText } from "../contrasts.ts";
import { mainMetric, metricLabel, metricNames, rowsOf } from "../metrics.ts";
import { cellText, differenceTexts, pText, scoreOf, scoreText } from "../scores.ts";
import { plain, table } from "./table.ts";

/** With more seeds than this a table has their count in place of a column each. */
const mostSeedColumns = 12;

/** The main metric by arm and seed, and the other metrics by arm. */
export function metricSections(result: Result): string[] {
  const main = mainMetric(result);
  if (main === undefined) return ["No cell has a metric."];
  const others = metricNames(result).filter((name) => name !== main);
  return [
    `## ${plain(metricLabel(main))}`,
    seedTable(result, main),
    ...(result.seeds.length === 1 ? ["One seed only: there is no interval."] : []),
    ...(others.length > 0 ? ["### Other metrics", otherTable(result, others)] : []),
  ];
}

function seedTable(result: Result, metric: string): string {
  const single = result.seeds.length <= mostSeedColumns;
  const columns = single ? result.seeds.map((seed) => `seed ${seed}`) : ["seeds done"];
  const rows = rowsOf(result).map((row) => {
    const score = scoreOf(row, metric);
    const cells = single
      ? result.seeds.map((seed) => cellText(row.cells.find((cell) => cell.seed === seed), metric))
      : [`${score?.n ?? 0} of ${result.seeds.length}`];
    return [plain(row.label), ...cells, scoreText(score, metric)];
  });
  return table(["arm", ...columns, "mean ± 95 %"], rows);
}

function otherTable(result: Result, metrics: string[]): string {
  const rows = rowsOf(result).map((row) => [
    plain(row.label),
    ...metrics.map((metric) => scoreText(scoreOf(row, metric), metric)),
  ]);
  return table(["arm", ...metrics.map((metric) => plain(metricLabel(metric)))], rows);
}

/** The paired differences of the main metric. */
export function differenceSections(result: Result): string[] {
  const metric = mainMetric(result);
  if (metric === undefined || result.arms.length < 2) return [];
  const contrasts = contrastsOf(result, metric);
  const notes = contrasts.map(leftOutText).filter((text) => text !== undefined);
  return [
    `## Paired differences in ${plain(metricLabel(metric))}`,
    table(
      ["difference", "pairs", "mean", "95 % interval", "p (Holm)"],
      contrasts.map(({ label, difference, pValue }) => [
        plain(label),
        ...differenceTexts(difference),
        pText(pValue),
      ]),
    ),
    ...(notes.length > 0 ? [notes.map((note) => `- ${plain(note)}`).join("\n")] : []),
  ];
}

/** The main metric at a quarter of training against its end, as differences between arms. */
export function earlySections(result: Result): string[] {
  const metric = mainMetric(result);
  if (metric === undefined || result.arms.length < 2) return [];
  const rows = earlyContrasts(result, metric).map(({ label, early, late, change }) => {
    const [n, earlyMean] = differenceTexts(early.difference);
    const [, changeMean, changeRange] = differenceTexts(change.difference);
    const [, lateMean] = differenceTexts(late.difference);
    return [plain(label), n, earlyMean, lateMean, changeMean, changeRange];
  });
  if (rows.length === 0) return [];
  return [
    `## Early against late: differences in ${plain(metricLabel(metric))}`,
    table(
      ["difference", "pairs", "at a quarter", "at the end", "quarter − end", "95 % interval"],
      rows,
    ),
  ];
}
