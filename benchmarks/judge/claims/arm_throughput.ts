/**
 * The part of a claim that is about throughput, judged by the arms of a run whose steps were timed in
 * turn: its other part is what training yields.
 *
 * @module
 */
import type { ThroughputTest } from "../../experiments/claims/claim.ts";
import type { Result } from "../../record/mod.ts";
import { type AddedTime, addedTime } from "../statistics/added_time.ts";
import { pairsInTurn } from "../timed_in_turn.ts";
import { type Finding, ofAll } from "./row.ts";
import { judgeShares, type Share } from "./throughput.ts";

/**
 * A finding on what training yields, together with that on throughput: a claim of both wants both.
 *
 * @param test of throughput, with the arms that it is about; those that the run has are judged
 */
export function withThroughput(
  finding: Finding,
  test: ThroughputTest,
  result: Result,
): Finding {
  if (finding.verdict === "not run") return finding;
  const shares = test.subjects.flatMap((arm) => shareOf(arm, test, result));
  if (shares.length === 0) {
    return {
      ...finding,
      verdict: ofAll([finding.verdict, "inconclusive"]),
      reason: `${finding.reason}; throughput: no steps were timed in turn`,
    };
  }
  const speed = judgeShares(test, shares);
  return {
    ...finding,
    verdict: ofAll([finding.verdict, speed.verdict]),
    reason: `${finding.reason}; throughput: ${speed.reason}`,
    ours: [finding.ours ?? [], speed.ours ?? []].flat().join("; "),
  };
}

function shareOf(arm: string, { overArm }: ThroughputTest, result: Result): Share[] {
  const pairs = pairsInTurn(result, { arm, baseline: overArm });
  if (pairs.length === 0) return [];
  const label = result.arms.find(({ name }) => name === arm)?.label ?? arm;
  return [{ label, ...shares(addedTime(pairs)) }];
}

/** A step that takes `percent` more is that many fewer in the same time. */
function shares({ n, percent, interval }: AddedTime): Omit<Share, "label"> {
  const of = (percent: number) => 1 / (1 + percent / 100);
  const { low, high } = interval ?? { low: percent, high: percent };
  return {
    n,
    share: of(percent),
    low: of(high),
    high: of(low),
    isInterval: interval !== undefined,
  };
}
