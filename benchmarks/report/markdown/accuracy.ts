/**
 * The sections on metrics: by arm and seed, differences between arms, early against late.
 *
 * @module
 */
import { quarter, quarterMinusEnd } from "../../claims.ts";
import { type CellRecord, type Pairs, pairSeeds, type Result } from "../../result.ts";
import { meanInterval, pairedT } from "../../statistics/paired_t.ts";
import { mean } from "../../statistics/summary.ts";
import { bounds, counted, fixed, none, signed } from "../format.ts";
import {
  doneValues,
  mainMetric,
  metricDigits,
  metricLabel,
  metricNames,
  type Row,
  rowsOf,
} from "../metrics.ts";
import { plain, table } from "./table.ts";

/** The main metric by arm and seed, and the other metrics by arm. */
export function metricSections(result: Result): string[] {
  const main = mainMetric(result);
  if (main === undefined) return ["No cell has a metric."];
  const others = metricNames(result).filter((name) => name !== main);
  return [
    `## ${metricLabel(main)}`,
    seedTable(result, main),
    ...(result.seeds.length === 1 ? ["One seed only: there is no interval."] : []),
    ...(others.length > 0 ? ["### Other metrics", otherTable(result, others)] : []),
  ];
}

function seedTable(result: Result, metric: string): string {
  const header = ["arm", ...result.seeds.map((seed) => `seed ${seed}`), "mean ± 95 %"];
  const rows = rowsOf(result).map((row) => [
    plain(row.label),
    ...result.seeds.map((seed) => scoreText(row.cells.find((cell) => cell.seed === seed), metric)),
    meanText(row, metric),
  ]);
  return table(header, rows);
}

function scoreText(cell: CellRecord | undefined, metric: string): string {
  if (cell === undefined) return none;
  return cell.status === "done" ? fixed(cell.metrics[metric], metricDigits(metric)) : cell.status;
}

function otherTable(result: Result, metrics: string[]): string {
  const rows = rowsOf(result).map((row) => [
    plain(row.label),
    ...metrics.map((metric) => meanText(row, metric)),
  ]);
  return table(["arm", ...metrics.map((metric) => plain(metricLabel(metric)))], rows);
}

function meanText({ cells }: Row, metric: string): string {
  const digits = metricDigits(metric);
  const values = doneValues(cells, metric);
  if (values.length === 0) return none;
  const interval = meanInterval(values);
  const half = interval === undefined
    ? ""
    : ` ± ${fixed((interval.high - interval.low) / 2, digits)}`;
  return `${fixed(mean(values), digits)}${half}`;
}

/** The paired differences of the main metric. */
export function differenceSections(result: Result): string[] {
  const metric = mainMetric(result);
  if (metric === undefined || result.arms.length < 2) return [];
  const compared = contrastsOf(result).map((contrast) => ({
    ...contrast,
    pairs: pairSeeds(result, { ...contrast, value: (cell) => cell.metrics[metric] }),
  }));
  return [
    `## Paired differences in ${metricLabel(metric)}`,
    table(
      ["difference", "pairs", "mean", "95 % interval", "p"],
      compared.map(({ label, pairs }) => [label, ...differenceCells(pairs)]),
    ),
    ...leftOutNotes(compared),
  ];
}

function differenceCells({ arm, minus }: Pairs): string[] {
  if (arm.length === 0) return ["0", none, none, none];
  const { n, mean, interval, pValue } = pairedT(arm, minus);
  const range = interval === undefined ? "none: one pair" : bounds(interval, 2);
  return [`${n}`, signed(mean, 2), range, pText(pValue)];
}

function pText(pValue: number | undefined): string {
  return pValue !== undefined && pValue < 0.001 ? "< 0.001" : fixed(pValue, 3);
}

/** The main metric at a quarter of training against its end, as differences between arms. */
export function earlySections(result: Result): string[] {
  const metric = mainMetric(result);
  if (metric === undefined || result.arms.length < 2) return [];
  const rows = contrastsOf(result).map((contrast) => {
    const of = (value: (cell: CellRecord) => number | undefined) =>
      differenceCells(pairSeeds(result, { ...contrast, value }));
    const early = of((cell) => quarter(cell, metric));
    const late = of((cell) => quarter(cell, metric) === undefined ? NaN : cell.metrics[metric]);
    const change = of((cell) => quarterMinusEnd(cell, metric));
    return [contrast.label, early[0], early[1], late[1], change[1], change[2]].map(String);
  });
  if (rows.every((row) => row[1] === "0")) return [];
  return [
    `## Early against late: differences in ${metricLabel(metric)}`,
    table(
      ["difference", "pairs", "at a quarter", "at the end", "quarter − end", "95 % interval"],
      rows,
    ),
  ];
}

interface NamedContrast {
  arm: string;
  minus: string;
  sweep?: string;
  label: string;
}

/** Every arm minus the first, and of three standard arms the third minus the second. */
function contrastsOf(result: Result): NamedContrast[] {
  const [first, ...others] = result.arms.map(({ name }) => name);
  const names = others.map((arm) => [arm, String(first)] as const);
  const both = others.includes("ws") && others.includes("ws-all");
  const all = both ? [...names, ["ws-all", "ws"] as const] : names;
  const sweeps = [...new Set(result.cells.map(({ sweep }) => sweep))];
  return sweeps.flatMap((sweep) =>
    all.map(([arm, minus]) => ({
      arm,
      minus,
      label: plain(`${arm} − ${minus}${sweep === undefined ? "" : `, ${sweep}`}`),
      ...(sweep !== undefined && { sweep }),
    }))
  );
}

function leftOutNotes(compared: { label: string; pairs: Pairs }[]): string[] {
  const notes = compared.filter(({ pairs }) => pairs.leftOut.length > 0).map(({ label, pairs }) => {
    const reasons = pairs.leftOut.map(({ seed, reason }) => `seed ${seed} (${plain(reason)})`);
    return `- ${label}: over ${counted(pairs.seeds.length, "common seed")}; left out: ${
      reasons.join(", ")
    }`;
  });
  return notes.length === 0 ? [] : [notes.join("\n")];
}
