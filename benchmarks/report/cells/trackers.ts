/**
 * `customBiggerIsBetter.json` and `customSmallerIsBetter.json`, in the form that
 * github-action-benchmark takes under the tools of these names: quality, and what an arm costs as a
 * ratio within the run. Nothing in them is a time, which would compare machines.
 *
 * That action alerts where a figure of the commit before is there again and is worse by a ratio; a
 * figure that is not there any more never alerts. So a failure is a figure too: an arm of which no
 * cell ended well scores 0, and the number of cells that failed rises from 0, by an infinite ratio.
 *
 * @module
 */
import { type CellRecord, hasFailed, type Interval, type Result } from "../../record/mod.ts";
import { counted, fixed, oneLine } from "../../ground/format.ts";
import type { ReportFile } from "../exporter.ts";
import { unlinked } from "../render/markdown.ts";
import { mainMetric, metricLabel, metricNames, rowsOf } from "./metrics.ts";
import { scoreOf } from "./scores.ts";
import { speedsOf } from "./speed.ts";

/** One figure that is followed from commit to commit. */
interface Figure {
  /** The same for the same figure of every run. */
  name: string;
  unit: string;
  value: number;
  /** How far it scatters, in words. */
  range?: string;
  /** What it rests on. */
  extra?: string;
}

/**
 * The figures of a result; no file for a kind of which it has none.
 *
 * @param result the result
 */
export function trackerFiles(result: Result): ReportFile[] {
  const files: [string, Figure[]][] = [
    ["customBiggerIsBetter.json", qualities(result)],
    ["customSmallerIsBetter.json", [...costs(result), ...failures(result)]],
  ];
  return files.filter(([, figures]) => figures.length > 0)
    .map(([path, figures]) => ({
      path,
      content: `${JSON.stringify(figures.map(quiet), null, 1)}\n`,
    }));
}

/** The tool writes comments of its own, a table of names and units as they are, as code. */
function quiet(figure: Figure): Figure {
  return { ...figure, name: cellText(figure.name), unit: cellText(figure.unit) };
}

/** What neither ends the code nor the cell, and cannot be escaped there. */
function cellText(text: string): string {
  return unlinked(oneLine(text)).replaceAll("`", "'").replaceAll("|", "/");
}

/** The metrics in percent, and the one that decides. */
function qualities(result: Result): Figure[] {
  const main = mainMetric(result) ?? result.mainMetric;
  const metrics = new Set([main, ...metricNames(result)].filter((name) => name !== undefined));
  const followed = [...metrics].filter((name) => name === main || metricLabel(name).includes("%"));
  return rowsOf(result).flatMap((row) =>
    followed.flatMap((metric) => {
      const label = metricLabel(metric);
      const unit = label.includes("%") ? "%" : label;
      const name = `${keyOf(result, row)}: ${label.replace(" (%)", "")}`;
      const score = scoreOf(row, metric);
      if (score !== undefined) {
        const extra = `mean of ${counted(score.n, "seed")}`;
        return [{ name, unit, value: score.mean, ...rangeOf(score.interval), extra }];
      }
      const { length } = row.cells.filter(hasRun);
      const extra = `no score of ${counted(length, "seed")}`;
      return length > 0 && metric === main ? [{ name, unit, value: 0, extra }] : [];
    })
  );
}

/** The cells that failed, of those that ran: what the means over the others do not show. */
function failures(result: Result): Figure[] {
  return rowsOf(result).flatMap((row) => {
    const ended = row.cells.filter(hasRun);
    if (ended.length === 0) return [];
    const name = `${keyOf(result, row)}: failed cells`;
    const extra = `of ${counted(ended.length, "cell")}`;
    return [{ name, unit: "cells", value: ended.filter(hasFailed).length, extra }];
  });
}

/** What was stopped is none of these: it is yet to end. */
function hasRun(cell: CellRecord): boolean {
  return cell.status === "done" || hasFailed(cell);
}

/** Step times over the baseline's, of steps that were timed in turn. */
function costs(result: Result): Figure[] {
  return speedsOf(result).flatMap(({ row, added }) => {
    if (added === undefined) return [];
    const { percent, interval, n } = added;
    const ratio = (value: number) => 1 + value / 100;
    const range = interval &&
      { ...interval, low: ratio(interval.low), high: ratio(interval.high) };
    const name = `${keyOf(result, row)}: step time over ${result.arms[0]?.name}'s`;
    const extra = `median of ${counted(n, "pair")} of steps`;
    return [{ name, unit: "×", value: ratio(percent), ...rangeOf(range), extra }];
  });
}

function keyOf({ suite, profile }: Result, { arm }: { arm: string }): string {
  return [suite, profile, arm].join("/");
}

function rangeOf(interval: Interval | undefined): { range?: string } {
  if (interval === undefined) return {};
  return { range: `± ${fixed((interval.high - interval.low) / 2, 3)}` };
}
