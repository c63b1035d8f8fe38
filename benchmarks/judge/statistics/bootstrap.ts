/**
 * Intervals of medians of timings, by resampling.
 *
 * @module
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { check } from "../../../src/check.ts";
import { assertFinite } from "./assert_finite.ts";
import type { Interval } from "../../record/mod.ts";
import { median, quantile } from "./summary.ts";

/** The fewest values that are resampled: over a handful a 95 % interval covers 80 %. */
export const fewestForBootstrap = 30;

/** How often ratios are resampled. */
const resamples = 2000;

/** A median and its interval. */
export interface BootstrapMedian {
  median: number;
  interval: Interval;
  /** The medians of the resamples, which the interval is read off. */
  resampled: number[];
}

/**
 * The median of the ratios `numerators[i] / denominators[i]` with its percentile bootstrap interval.
 *
 * @param numerators timings of one arm, at least 30
 * @param denominators timings taken beside them, in the same order
 * @param options `seed` of the resampling (default: 0): the same one gives the same interval
 * @throws {RangeError} if there are fewer than 30, the lengths differ, or a value, a ratio or the
 * seed is not finite
 */
export function bootstrapMedianRatio(
  numerators: readonly number[],
  denominators: readonly number[],
  { seed = 0 }: { seed?: number } = {},
): BootstrapMedian {
  assertSamples(numerators.length, denominators.length);
  assertFinite("bootstrapMedianRatio", "numerators", numerators);
  assertFinite("bootstrapMedianRatio", "denominators", denominators);
  const ratios = numerators.map((value, i) => value / denominators[i]!);
  assertFinite("bootstrapMedianRatio", "ratios", ratios);
  assertFinite("bootstrapMedianRatio", "seed", [seed]);
  const random = xoroshiro128plus(seed);
  const pick = () => ratios[uniformInt(random, 0, ratios.length - 1)]!;
  const resampled = Array.from({ length: resamples }, () => median(ratios.map(pick)));
  return { median: median(ratios), interval: percentileInterval(resampled), resampled };
}

/**
 * The interval that the middle of resampled values spans.
 *
 * @param resampled a statistic of each resample
 * @param level the share of them within
 * @throws {RangeError} if one is not finite, or there are none
 */
export function percentileInterval(resampled: readonly number[], level = 0.95): Interval {
  assertFinite("percentileInterval", "resampled", resampled);
  const tail = (1 - level) / 2;
  return { low: quantile(resampled, tail), high: quantile(resampled, 1 - tail), level };
}

function assertSamples(numerators: number, denominators: number): void {
  const requirement = "compute bootstrapMedianRatio as both samples must have the same length";
  check(numerators === denominators, RangeError, requirement, `${numerators} and ${denominators}`);
  if (numerators < fewestForBootstrap) {
    throw new RangeError(
      `Cannot compute bootstrapMedianRatio as it must have >= ${fewestForBootstrap} samples: ` +
        `current length is ${numerators}; time more steps`,
    );
  }
}
