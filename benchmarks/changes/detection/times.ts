import { measureTimes } from "../commits.ts";
import type { RunOptions } from "../sides.ts";
import type { TimeCondition, TimeTrial } from "../../record/mod.ts";
import { tolerances } from "../../judge/changes/tolerances.ts";
import { withVerdicts, worstOf } from "../../judge/changes/verdict.ts";

/**
 * A comparison of times whose outcome is known beforehand, as `bench:compare` makes it.
 *
 * @param condition what the head is
 * @throws the signal's reason when that comes
 */
export async function timeTrial(
  condition: TimeCondition,
  options: RunOptions,
): Promise<TimeTrial> {
  const start = performance.now();
  const tell = (line: string) => options.tell(`${condition}: ${line}`);
  const { metrics, warnings } = await measureTimes({ ...options, tell }, tolerances.timePercent);
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
