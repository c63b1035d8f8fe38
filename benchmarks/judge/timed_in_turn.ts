/**
 * Steps of a run's arms that were timed in turn, whichever arm came first.
 *
 * @module
 */
import type { OverheadRecord, Result } from "../record/mod.ts";

/** A run's times: a record for each arm but the first, all of the same rounds. */
type Timed = Pick<Result, "overhead">;

/**
 * How long an arm's steps took, a number for each round; nothing where none were timed.
 *
 * @param arm the arm's name
 */
export function timesInTurn({ overhead = [] }: Timed, arm: string): number[] {
  const own = overhead.find((record) => record.arm === arm);
  if (own !== undefined) return own.pairs.map(({ armMs }) => armMs);
  const first = overhead.find(({ baseline }) => baseline === arm);
  return first?.pairs.map(({ baselineMs }) => baselineMs) ?? [];
}

/**
 * Two arms' steps, a pair for each round. The records hold each arm beside the one that the command
 * line named first, which need be neither of the two.
 */
export function pairsInTurn(
  result: Timed,
  { arm, baseline }: Pick<OverheadRecord, "arm" | "baseline">,
): OverheadRecord["pairs"] {
  const [own, others] = [arm, baseline].map((name) => timesInTurn(result, name));
  return own!.slice(0, others!.length).map((armMs, i) => ({ baselineMs: others![i]!, armMs }));
}
