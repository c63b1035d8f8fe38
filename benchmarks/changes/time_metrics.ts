/**
 * Changes of times, and of costs that are ratios of times.
 *
 * @module
 */
import { counted } from "../ground/format.ts";
import type { MetricRecord, OverheadRecord, Sides } from "../record/mod.ts";
import {
  bootstrapMedianRatio,
  fewestForBootstrap,
  percentileInterval,
} from "../judge/statistics/bootstrap.ts";
import { median } from "../judge/statistics/summary.ts";
import type { TimedBlock } from "./blocks.ts";
import type { Measured } from "../judge/changes/verdict.ts";

/**
 * The change of a step's time in percent: the median over the blocks of the ratio of the sides'
 * median steps, with its bootstrap interval.
 *
 * @param tolerance in percent
 */
export function timeMetric(
  facts: Pick<MetricRecord, "name" | "label">,
  blocks: readonly TimedBlock[],
  tolerance: number,
): Measured {
  const durationsMs = {
    base: blocks.map(({ base }) => base),
    head: blocks.map(({ head }) => head),
  };
  const values = { base: durationsMs.base.map(median), head: durationsMs.head.map(median) };
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
    durationsMs,
  } as const;
  if (n < fewestForBootstrap) {
    const ratios = values.head.map((value, i) => value / values.base[i]!);
    const noInterval = `${counted(n, "block")} of the ${fewestForBootstrap} that an interval wants`;
    return { ...shared, change: toPercent(median(ratios)), noInterval };
  }
  const { median: ratio, interval, resampled } = bootstrapMedianRatio(values.head, values.base);
  const { low, high, level } = interval;
  return {
    ...shared,
    change: toPercent(ratio),
    interval: { low: toPercent(low), high: toPercent(high), level },
    pValue: shareAtMost(resampled.map(toPercent), tolerance),
  };
}

/**
 * The change of an arm's added step time, in points: the difference of two medians of ratios, each
 * of one run, with the interval of their independent bootstraps.
 *
 * @param tolerance in points
 */
export function overheadMetric(
  { base, head }: Sides<OverheadRecord>,
  tolerance: number,
): Measured {
  const values = { base: base.pairs.map(addedPercent), head: head.pairs.map(addedPercent) };
  const [before, now] = [median(values.base), median(values.head)];
  const n = Math.min(values.base.length, values.head.length);
  const shared = {
    name: `overhead.${head.arm}`,
    label: `overhead of ${head.arm} over ${head.baseline}`,
    family: "overhead",
    unit: "%",
    base: before,
    head: now,
    change: now - before,
    tolerance,
    n,
    paired: false,
    values,
  } as const;
  if (n < fewestForBootstrap) {
    const noInterval = `${counted(n, "pair")} of steps, an interval wants ${fewestForBootstrap}`;
    return { ...shared, noInterval };
  }
  const resampledBefore = resampledRatios(base, 0);
  const resampled = resampledRatios(head, 1).map((ratio, i) => (ratio - resampledBefore[i]!) * 100);
  return {
    ...shared,
    interval: percentileInterval(resampled, 0.95),
    pValue: shareAtMost(resampled, tolerance),
  };
}

function resampledRatios({ pairs }: OverheadRecord, seed: number): number[] {
  const [arm, baseline] = [pairs.map(({ armMs }) => armMs), pairs.map((pair) => pair.baselineMs)];
  return bootstrapMedianRatio(arm, baseline, { seed }).resampled;
}

function addedPercent({ armMs, baselineMs }: OverheadRecord["pairs"][number]): number {
  return toPercent(armMs / baselineMs);
}

/**
 * A bootstrap p-value against a change by no more than `limit`: how many resamples show no more. One
 * is added, so that it is never 0.
 */
export function shareAtMost(resampled: readonly number[], limit: number): number {
  return (1 + resampled.filter((value) => value <= limit).length) / (1 + resampled.length);
}

function toPercent(ratio: number): number {
  return (ratio - 1) * 100;
}
