/**
 * Changes of times, and of costs that are ratios of times.
 *
 * @module
 */
import { counted } from "../ground/format.ts";
import type { OverheadRecord } from "../record/mod.ts";
import {
  bootstrapMedianRatio,
  fewestForBootstrap,
  percentileInterval,
} from "../judge/statistics/bootstrap.ts";
import { median } from "../judge/statistics/summary.ts";
import type { TimedBlock } from "./blocks.ts";
import type { Measured } from "./measured.ts";
import type { MetricRecord } from "./record.ts";
import type { Sides } from "./sides.ts";

/**
 * The change of a step's time: the median over the blocks of the ratio of the sides' median steps,
 * with its bootstrap interval.
 *
 * @param facts name and label
 * @param blocks what was timed
 * @param tolerance in percent
 */
export function timeMetric(
  facts: Pick<MetricRecord, "name" | "label">,
  blocks: readonly TimedBlock[],
  tolerance: number,
): Measured {
  const values = {
    base: blocks.map(({ base }) => median(base)),
    head: blocks.map(({ head }) => median(head)),
  };
  const n = blocks.length;
  const shared = {
    ...facts,
    family: "time",
    unit: "ms",
    base: median(values.base),
    head: median(values.head),
    tolerance,
    n,
    paired: true,
    values,
    durationsMs: { base: blocks.map(({ base }) => base), head: blocks.map(({ head }) => head) },
  } as const;
  if (n < fewestForBootstrap) {
    const ratios = values.head.map((value, i) => value / values.base[i]!);
    const lack = `${counted(n, "block")} of the ${fewestForBootstrap} that an interval wants`;
    return { ...shared, change: toPercent(median(ratios)), lack };
  }
  const { median: ratio, interval, resampled } = bootstrapMedianRatio(values.head, values.base);
  return {
    ...shared,
    change: toPercent(ratio),
    interval: {
      low: toPercent(interval.low),
      high: toPercent(interval.high),
      level: interval.level,
    },
    pValue: shareAtMost(resampled.map(toPercent), tolerance),
  };
}

/**
 * The change of an arm's added step time, in points: the difference of two medians of ratios, each
 * of one run, with the interval of their independent bootstraps.
 *
 * @param records both runs' steps of the arm beside the baseline's
 * @param tolerance in points
 */
export function overheadMetric(
  { base, head }: Sides<OverheadRecord>,
  tolerance: number,
): Measured {
  const values = { base: base.pairs.map(addedPercent), head: head.pairs.map(addedPercent) };
  const n = Math.min(values.base.length, values.head.length);
  const shared = {
    name: `overhead.${head.arm}`,
    label: `overhead of ${head.arm} over ${head.baseline}`,
    family: "overhead",
    unit: "%",
    base: median(values.base),
    head: median(values.head),
    change: median(values.head) - median(values.base),
    tolerance,
    n,
    paired: false,
    values,
  } as const;
  if (n < fewestForBootstrap) {
    return {
      ...shared,
      lack: `${counted(n, "pair")} of steps, an interval wants ${fewestForBootstrap}`,
    };
  }
  const [before, now] = [base, head].map(({ pairs }, seed) =>
    bootstrapMedianRatio(
      pairs.map(({ armMs }) => armMs),
      pairs.map(({ baselineMs }) => baselineMs),
      { seed },
    ).resampled
  );
  const resampled = now!.map((ratio, i) => (ratio - before![i]!) * 100);
  return {
    ...shared,
    interval: percentileInterval(resampled, 0.95),
    pValue: shareAtMost(resampled, tolerance),
  };
}

function addedPercent({ armMs, baselineMs }: OverheadRecord["pairs"][number]): number {
  return toPercent(armMs / baselineMs);
}

/**
 * A bootstrap p-value against a change by no more than `limit`: how many resamples show no more. One
 * is added, so that it is never 0.
 *
 * @param resampled the change in each resample
 * @param limit in the same unit
 */
export function shareAtMost(resampled: readonly number[], limit: number): number {
  return (1 + resampled.filter((value) => value <= limit).length) / (1 + resampled.length);
}

function toPercent(ratio: number): number {
  return (ratio - 1) * 100;
}
