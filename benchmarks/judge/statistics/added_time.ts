/**
 * How much longer the steps of an arm take.
 *
 * @module
 */
import { assertFinite } from "./assert_finite.ts";
import { bootstrapMedianRatio, fewestForBootstrap } from "./bootstrap.ts";
import type { Interval } from "../../record/mod.ts";
import { median } from "./summary.ts";

/** Added step time in percent. */
export interface AddedTime {
  /** How many pairs of steps it rests on. */
  n: number;
  /** The median over the pairs of `(armMs / baselineMs − 1)·100`. */
  percent: number;
  /** Of the median, by bootstrap; none below 30 pairs. */
  interval?: Interval;
}

/**
 * The added step time of an arm, from steps that were timed in turn.
 *
 * @param pairs steps timed beside each other, at least one pair
 * @throws {RangeError} if there are no pairs, or a time or a ratio is not finite
 */
export function addedTime(pairs: readonly { baselineMs: number; armMs: number }[]): AddedTime {
  const n = pairs.length;
  const arm = pairs.map(({ armMs }) => armMs);
  const baseline = pairs.map(({ baselineMs }) => baselineMs);
  assertFinite("addedTime", "armMs", arm);
  assertFinite("addedTime", "baselineMs", baseline);
  if (n < fewestForBootstrap) {
    const ratios = arm.map((value, i) => value / baseline[i]!);
    assertFinite("addedTime", "ratios", ratios);
    return { n, percent: toPercent(median(ratios)) };
  }
  const { median: ratio, interval: { low, high, level } } = bootstrapMedianRatio(arm, baseline);
  return {
    n,
    percent: toPercent(ratio),
    interval: { low: toPercent(low), high: toPercent(high), level },
  };
}

function toPercent(ratio: number): number {
  return (ratio - 1) * 100;
}
