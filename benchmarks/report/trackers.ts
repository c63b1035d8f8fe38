/**
 * `customBiggerIsBetter.json` and `customSmallerIsBetter.json`, in the form that
 * github-action-benchmark takes under the tools of these names: quality, and what an arm costs as a
 * ratio within the run. Nothing in them is a time, which would compare machines.
 *
 * @module
 */
import type { Result } from "../result.ts";
import type { Interval } from "../statistics/paired_t.ts";
import { counted, fixed } from "./format.ts";
import type { ReportFile } from "./exporter.ts";
import { unlinked } from "./markdown/table.ts";
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
    ["customSmallerIsBetter.json", costs(result)],
  ];
  return files.filter(([, figures]) => figures.length > 0)
    .map(([path, figures]) => ({
      path,
      content: `${JSON.stringify(figures.map(quiet), null, 1)}\n`,
    }));
}

/** The tool writes comments of its own, with the names as they are. */
function quiet(figure: Figure): Figure {
  return { ...figure, name: unlinked(figure.name) };
}

/** The metrics in percent, and the one that decides. */
function qualities(result: Result): Figure[] {
  const metrics = metricNames(result)
    .filter((name) => name === mainMetric(result) || metricLabel(name).includes("%"));
  return rowsOf(result).flatMap((row) =>
    metrics.flatMap((metric) => {
      const score = scoreOf(row, metric);
      if (score === undefined) return [];
      const label = metricLabel(metric);
      const unit = label.includes("%") ? "%" : label;
      const name = `${keyOf(result, row)}: ${label.replace(" (%)", "")}`;
      const extra = `mean of ${counted(score.n, "seed")}`;
      return [{ name, unit, value: score.mean, ...rangeOf(score.interval), extra }];
    })
  );
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

function keyOf(
  { suite, profile }: Result,
  { arm, sweep }: { arm: string; sweep?: string },
): string {
  return [suite, profile, arm, ...(sweep === undefined ? [] : [sweep])].join("/");
}

function rangeOf(interval: Interval | undefined): { range?: string } {
  if (interval === undefined) return {};
  return { range: `± ${fixed((interval.high - interval.low) / 2, 3)}` };
}
