/**
 * Comparisons of times whose outcome is known beforehand.
 *
 * @module
 */
import { measureTimes } from "../commits.ts";
import type { RegressionProfile } from "../profiles.ts";
import type { Sides } from "../sides.ts";
import { tolerances } from "../tolerances.ts";
import { withVerdicts, worstOf } from "../verdict.ts";
import type { TimeCondition, TimeTrial } from "./record.ts";

/** What is compared with what, and how. */
export interface TrialOptions {
  /** The checkouts of each condition. */
  folders: Record<TimeCondition, Sides<string>>;
  profile: RegressionProfile;
  /** The TensorFlow.js backend. */
  backend: string;
  signal: AbortSignal;
  /** Takes lines on how far it is. */
  tell: (line: string) => void;
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
    tolerance: tolerances.timePercent,
    tell: (line) => options.tell(`${condition}: ${line}`),
  });
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
