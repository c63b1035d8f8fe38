/**
 * Verdicts on metrics.
 *
 * @module
 */
import { bounds, fixed } from "../../ground/format.ts";
import { holm } from "../statistics/holm.ts";
import type { Family, MetricRecord, Verdict } from "../../record/mod.ts";

/** A metric before its verdict. */
export type Measured = Omit<MetricRecord, "verdict" | "reason"> & {
  /** Why there is no interval. */
  noInterval?: string;
  /** Why the head is worse whatever the interval says. */
  broken?: string;
};

/** The error rate of an alarm among all metrics of a family: that of a 95 % interval's one end. */
const alpha = 0.025;

/** From the worst. */
const order: readonly Verdict[] = ["regression", "inconclusive", "improvement", "unchanged"];

/**
 * Gives each metric its verdict. A regression is a change whose interval lies entirely beyond the
 * tolerance, and which Holm's correction over the metrics of its family leaves standing: a job fails
 * if any one of them is called worse, so that the chance of it must not grow with their number.
 *
 * @returns the metrics with verdict and reason, their p-values corrected
 */
export function withVerdicts(measured: readonly Measured[]): MetricRecord[] {
  const families = Map.groupBy(measured, ({ family }) => family);
  const corrected = new Map([...families].flatMap(([, members]) => correctedIn(members)));
  return measured.map((metric) => {
    const { noInterval: _noInterval, broken: _broken, pValue: _pValue, ...rest } = metric;
    const pValue = corrected.get(metric);
    return { ...rest, ...(pValue !== undefined && { pValue }), ...judge(metric, pValue) };
  });
}

/** The worst of verdicts: a regression, else what is inconclusive, an improvement, unchanged. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return order.find((verdict) => verdicts.includes(verdict)) ?? "inconclusive";
}

function correctedIn(members: readonly Measured[]): [Measured, number][] {
  const tested = members.filter(({ pValue }) => pValue !== undefined);
  const adjusted = holm(tested.map(({ pValue }) => pValue!));
  return tested.map((metric, i) => [metric, adjusted[i]!]);
}

function judge(
  { interval, family, tolerance, noInterval, broken }: Measured,
  pValue: number | undefined,
): Pick<MetricRecord, "verdict" | "reason"> {
  if (broken !== undefined) return { verdict: "regression", reason: broken };
  if (interval === undefined) {
    return { verdict: "inconclusive", reason: noInterval ?? "no interval" };
  }
  // Turned so that positive is worse: slower, or a lower score.
  const [low, high] = family === "quality"
    ? [-interval.high, -interval.low]
    : [interval.low, interval.high];
  const limit = `${fixed(tolerance, 1)} ${unitOf(family)}`;
  if (low > tolerance) {
    if (pValue !== undefined && pValue < alpha) {
      return { verdict: "regression", reason: `the interval lies beyond ${limit} for the worse` };
    }
    const reason = `the interval lies beyond ${limit}, which among several metrics may be chance`;
    return { verdict: "inconclusive", reason };
  }
  if (high < -tolerance) {
    return { verdict: "improvement", reason: `the interval lies beyond ${limit} for the better` };
  }
  if (low >= -tolerance && high <= tolerance) {
    return { verdict: "unchanged", reason: `the interval lies within ±${limit}` };
  }
  const range = bounds(interval, 1);
  return { verdict: "inconclusive", reason: `the interval ${range} crosses ${limit}` };
}

function unitOf(family: Family): string {
  return family === "quality" ? "points" : family === "time" ? "%" : "points of overhead";
}
