/**
 * Comparisons of times whose outcome is known beforehand.
 *
 * @module
 */
import { measureTimes } from "../commits.ts";
import type { RunOptions } from "../sides.ts";
import type { Sides, TimeCondition, TimeTrial } from "../../record/mod.ts";
import { tolerances } from "../../judge/changes/tolerances.ts";
import { withVerdicts, worstOf } from "../../judge/changes/verdict.ts";

/** What is compared with what, and how. */
export interface TrialOptions extends Omit<RunOptions, "folders"> {
  /** The checkouts of each condition. */
  folders: Record<TimeCondition, Sides<string>>;
}

/**
 * One comparison, as `bench:compare` makes it.
 *
 * @param condition what the head is
 * @param options where and how
 * @throws {InterruptedError} if the signal came
 */
export async function timeTrial(
  condition: TimeCondition,
  options: TrialOptions,
): Promise<TimeTrial> {
  const start = performance.now();
  const { metrics, warnings } = await measureTimes({
    ...options,
    folders: options.folders[condition],
    tell: (line) => options.tell(`${condition}: ${line}`),
  }, tolerances.timePercent);
  const judged = withVerdicts(metrics);
  return {
    condition,
    verdict: worstOf(judged.map(({ verdict }) => verdict)),
    metrics: judged.map(({ name, change, verdict, interval }) => ({
      name,
      change,
      verdict,
      ...(interval !== undefined && { interval }),
    })),
    warnings: warnings.map(({ code }) => code),
    durationMs: performance.now() - start,
  };
}
