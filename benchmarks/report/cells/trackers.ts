/**
 * `customBiggerIsBetter.json` and `customSmallerIsBetter.json`, in the form that
 * github-action-benchmark takes under the tools of these names: quality, and what an arm costs as a
 * ratio within the run. Nothing in them is a time, which would compare machines.
 *
 * That action alerts where a figure is worse than at the commit before by a ratio; a missing figure
 * never alerts. So failures are figures too: an arm without a finished cell scores 0, and the
 * number of failed cells rises from 0, by an infinite ratio.
 *
 * @module
 */
import { type CellRecord, hasFailed, type Interval, type Result } from "../../record/mod.ts";
import { counted, fixed, oneLine } from "../../ground/format.ts";
import type { ReportFile } from "../document_files.ts";
import { unlinked } from "../render/markdown.ts";
import { mainMetric, metricLabel, metricNames, metricWords, rowsOf } from "./metrics.ts";
import { scoreOf } from "./scores.ts";
import { baselineOf, speedsOf } from "./speed.ts";

/** A figure that is tracked from commit to commit. */
interface Figure {
  /** The figure's key, the same in every run. */
  name: string;
  unit: string;
  value: number;
  /** How far it scatters, in words. */
  range?: string;
  /** What it rests on. */
  extra?: string;
}

/** The figures of a result; no file for a kind of which it has none. */
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

/** The action writes names and units into a table of its own comments unescaped, as code. */
function quiet(figure: Figure): Figure {
  return { ...figure, name: cellText(figure.name), unit: cellText(figure.unit) };
}

/** Without the characters that would end code or cell, which cannot be escaped there. */
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
      const name = `${keyOf(result, row)}: ${metricWords(metric)}`;
      const score = scoreOf(row, metric);
      if (score !== undefined) {
        const extra = `mean of ${counted(score.n, "seed")}`;
        return [{ name, unit, value: score.mean, ...rangeOf(score.interval), extra }];
      }
      const { length } = row.cells.filter(hasEnded);
      const extra = `no score of ${counted(length, "seed")}`;
      return length > 0 && metric === main ? [{ name, unit, value: 0, extra }] : [];
    })
  );
}

/** The number of failed cells, which the means over the others do not show. */
function failures(result: Result): Figure[] {
  return rowsOf(result).flatMap((row) => {
    const ended = row.cells.filter(hasEnded);
    if (ended.length === 0) return [];
    const name = `${keyOf(result, row)}: failed cells`;
    const extra = `of ${counted(ended.length, "cell")}`;
    return [{ name, unit: "cells", value: ended.filter(hasFailed).length, extra }];
  });
}

/** Interrupted cells have yet to end. */
function hasEnded(cell: CellRecord): boolean {
  return cell.status === "done" || hasFailed(cell);
}

/** Step times over the baseline's, of interleaved steps. */
function costs(result: Result): Figure[] {
  return speedsOf(result).flatMap(({ row, added }) => {
    if (added === undefined) return [];
    const { percent, interval, n } = added;
    const ratio = (value: number) => 1 + value / 100;
    const range = interval &&
      { ...interval, low: ratio(interval.low), high: ratio(interval.high) };
    const name = `${keyOf(result, row)}: step time over ${baselineOf(result)?.name}'s`;
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
