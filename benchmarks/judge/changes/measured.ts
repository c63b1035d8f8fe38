/**
 * What a metric was measured at, before its verdict.
 *
 * @module
 */
import type { Interval, MetricRecord } from "../../record/mod.ts";

/** A metric without its verdict. */
export type Measured = Omit<MetricRecord, "verdict" | "reason"> & {
  /** Why there is no interval. */
  lack?: string;
  /** Why the head is worse whatever the interval says. */
  broken?: string;
};

/**
 * The interval of a change turned so that positive is worse: slower, or a lower score.
 *
 * @param interval of the change
 * @param family what the metric is
 */
export function towardsWorse(
  { low, high }: Pick<Interval, "low" | "high">,
  family: MetricRecord["family"],
): { low: number; high: number } {
  return family === "quality" ? { low: -high, high: -low } : { low, high };
}
