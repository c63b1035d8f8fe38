/**
 * The claim on the time of a step, judged by steps that were timed in turn.
 *
 * @module
 */
import { bounds, counted, fixed, signed } from "../../ground/format.ts";
import type { Interval, Result } from "../../record/mod.ts";
import { type AddedTime, addedTime } from "../statistics/added_time.ts";
import { fewestForBootstrap } from "../statistics/bootstrap.ts";
import { pairsInTurn } from "../timed_in_turn.ts";
import type { Protocol, StepTimeTest } from "../../experiments/claims/claim.ts";
import { protocolDifferences } from "./protocol.ts";
import { type Finding, intervalName, notRun, type Outcome, withinMargin } from "./row.ts";

/** More than anyone will wait for. */
const mostRounds = 10_000;

/** Whether the added step time lies within the margin. */
export function judgeStepTime(test: StepTimeTest, result: Result, protocol: Protocol): Finding {
  const { weights } = test.contrast;
  const armOf = (weight: 1 | -1) => Object.keys(weights).find((name) => weights[name] === weight)!;
  const pairs = pairsInTurn(result, { arm: armOf(1), baseline: armOf(-1) });
  if (pairs.length === 0) return notRun("no steps were timed in turn");
  return {
    ...judgeAdded(test.margin, addedTime(pairs)),
    protocolDifferences: differences(result, protocol),
  };
}

/** Added time, and by how much its interval was widened. */
export interface NoisyTime extends AddedTime {
  /** How far a step may seem from itself, as a share of it. */
  noise?: number;
}

/**
 * Whether added time lies within the margin.
 *
 * @param margin in percent of the step
 */
export function judgeAdded(
  margin: number,
  added: NoisyTime,
): Omit<Finding, "protocolDifferences"> {
  const { n, percent, interval } = added;
  const range = interval === undefined ? "no interval" : bounds(interval, 1);
  return {
    ...outcome(margin, added),
    n,
    ours: `${signed(percent, 1)} % of a step, ${range}, n = ${n}`,
  };
}

function outcome(margin: number, { n, percent, interval, noise }: NoisyTime): Outcome {
  if (interval === undefined) {
    const reason = `${n} of the ${fewestForBootstrap} pairs of steps that an interval wants`;
    return { verdict: "inconclusive", reason };
  }
  const names = [intervalName(noise), `±${fixed(margin, 0)} %`] as const;
  const found = withinMargin(interval, margin, names);
  // Rounds do not tell how far a step seems from itself in another process.
  if (found.verdict !== "inconclusive" || noise !== undefined) return found;
  return { ...found, reason: `${found.reason}; ${moreRounds(margin, n, percent, interval)}` };
}

/** An interval shrinks with the root of the number of rounds. */
function moreRounds(margin: number, n: number, percent: number, { low, high }: Interval): string {
  const slack = Math.abs(margin - Math.abs(percent));
  const needed = Math.ceil(n * ((high - low) / 2 / slack) ** 2);
  // Bootstrap intervals are not symmetric: a count that is already reached says little.
  if (!(needed < mostRounds)) return "more rounds would hardly settle it";
  return `about ${counted(Math.max(needed - n, fewestForBootstrap), "more round")} would settle it`;
}

function differences(result: Result, protocol: Protocol): string[] {
  const { backend, cpu, gpu = cpu } = result.environment;
  const hardware = gpu.includes("A100") ? [] : [`timed on ${gpu} by ${backend}, not on A100s`];
  return [...hardware, ...protocolDifferences(result, protocol)];
}
