/**
 * What kept reports found, as the tables of `docs/results.md`.
 *
 * @module
 */
import { join } from "node:path";
import { duration } from "../cli/progress.ts";
import { counted, none, percent } from "../ground/format.ts";
import { contrastsOf, earlyContrasts } from "../judge/contrast_estimates.ts";
import { type CellRecord, readResult, recordIn, type Result } from "../record/mod.ts";
import { differenceCell, pCell } from "../report/cells/differences.ts";
import { mainMetric, metricLabel, metricWords, rowsOf } from "../report/cells/metrics.ts";
import { scoreCells } from "../report/cells/scores.ts";
import { numberText } from "../report/text.ts";
import { commitText, table } from "./pages.ts";
import type { PartResult } from "./part.ts";
import { parts } from "./parts.ts";

const asPage = { isAligned: true };

const notYet = "**Not run yet.**";

/** Each arm of a run: its learning rate, its seeds, its metric with half of the 95 % interval. */
export function scoreTable(result: Result): string {
  const metric = mainMetric(result) ?? none;
  const rows = rowsOf(result);
  const scores = scoreCells(rows, metric);
  const body = rows.map(({ label, done }, i) => [
    label,
    rateText(result, result.arms[i]!),
    `${done.length}`,
    numberText(scores[i]!),
  ]);
  return table([["arm", "learning rate", "seeds", metricLabel(metric)], ...body], asPage);
}

function rateText({ config }: Result, { settings = {} }: Result["arms"][number]): string {
  return `${settings.learningRate ?? config.learningRate ?? none}`;
}

/** Each contrast of a run, at the end of training and a quarter against it. */
export function differenceTable(result: Result): string {
  const metric = mainMetric(result) ?? none;
  const early = earlyContrasts(result, metric);
  const body = contrastsOf(result, metric).map((contrast, i) => [
    contrast.label,
    `${contrast.difference?.n ?? 0}`,
    numberText(differenceCell(contrast, metric)),
    numberText(pCell(contrast)),
    ...(early[i] === undefined ? [none] : [numberText(differenceCell(early[i].change, metric))]),
  ]);
  const head = [
    ...["difference", "pairs", `${metricWords(metric)} at the end [95 %]`, "p (Holm)"],
    "a quarter − the end [95 %]",
  ];
  return table([head, ...body], asPage);
}

/** The parts of the reference runs that have a report, in their order. */
export async function keptParts(reports: string): Promise<PartResult[]> {
  const kept = [];
  for (const { name } of parts) {
    const folder = join(reports, name);
    if (await recordIn(folder) === undefined) continue;
    kept.push({ name, result: await readResult(folder) });
  }
  return kept;
}

/**
 * All tables by name: `runs`, and of each part `scores of NAME` and `differences of NAME`, which say so
 * where it has no report yet.
 */
export function resultTables(runs: readonly PartResult[]): Map<string, string> {
  return new Map([
    ["runs", costTable(runs)],
    ...parts.flatMap(({ name }): [string, string][] => {
      const { result } = runs.find((run) => run.name === name) ?? {};
      return [
        [`scores of ${name}`, result === undefined ? notYet : scoreTable(result)],
        [`differences of ${name}`, result === undefined ? notYet : differenceTable(result)],
      ];
    }),
  ]);
}

/** What each run took, and all of them: cells, the time of all and of the longest. */
export function costTable(runs: readonly PartResult[]): string {
  const body = runs.map((
    { name, result: { cells, seeds, arms, data, createdAt, environment } },
  ) => [
    `[${name}](../reports/${name}/report.md)`,
    dataText(data),
    `${arms.length} × ${seeds.length}`,
    endingText(cells),
    hoursText(cells),
    longestText(cells),
    createdAt.slice(0, 10),
    commitText(environment),
  ]);
  const all = runs.flatMap(({ result: { cells } }) => cells);
  const head = [
    ...["run", "evaluated on", "arms × seeds", "ended", "hours of cells", "longest cell"],
    ...["begun", "commit"],
  ];
  const sum = ["all", "", "", endingText(all), hoursText(all), longestText(all), "", ""];
  return table([head, ...body, sum], asPage);
}

function dataText({ validationCount, pilotShare }: Result["data"]): string {
  const what = pilotShare === undefined ? "validation" : `${percent(pilotShare)} of training`;
  return `${counted(validationCount, "image")}, ${what}`;
}

function endingText(cells: readonly CellRecord[]): string {
  const groups = [...Map.groupBy(cells, ({ status }) => status)];
  return groups.map(([status, { length }]) => `${length} ${status}`).join(", ");
}

function hoursText(cells: readonly CellRecord[]): string {
  return (cells.reduce((sum, { durationMs }) => sum + durationMs, 0) / 3.6e6).toFixed(2);
}

function longestText(cells: readonly CellRecord[]): string {
  return duration(Math.max(0, ...cells.map(({ durationMs }) => durationMs)));
}
