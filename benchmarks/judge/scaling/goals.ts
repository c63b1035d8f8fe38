/**
 * What data parallelism is to reach on two workers, and whether it does.
 *
 * | goal | bound |
 * | --- | --- |
 * | the step | at most the computation alone and 0.6 of the all-reduce alone |
 * | the step over PyTorch's DistributedDataParallel | at most 0.95, of its faster form |
 * | bytes that a worker sends | at most 1.1 of what a ring has to send |
 *
 * @module
 */
import type { GroupRecord, ScalingRow } from "../../record/mod.ts";
import type { Ratio } from "../timings/figures.ts";
import { exposedShare, leastBytes, peerOf, sentBytes, stepRatio } from "./figures.ts";

/**
 * `met` and `missed` where the whole interval lies on one side of the bound, else `undecided`;
 * `no interval` with too few rounds for one.
 */
export type GoalVerdict = "met" | "missed" | "undecided" | "no interval";

/** A goal with what was measured. */
export interface Goal {
  row: ScalingRow;
  group: GroupRecord;
  what: string;
  bound: number;
  seen: Pick<Ratio, "median"> & Partial<Ratio>;
  verdict: GoalVerdict;
}

const bounds = { exposed: 0.6, overPeer: 0.95, bytes: 1.1 };

/** The goals of a row: of this library's groups of two workers with a core each. */
export function goalsOf(row: ScalingRow): Goal[] {
  if (row.values.workers !== 2 || row.oversubscribed) return [];
  return row.groups.filter(({ engine }) => engine === "tensorflow").flatMap((group) => {
    const peer = peerOf(row, group);
    const over = peer && stepRatio(group, peer);
    const sent = (sentBytes(group) ?? NaN) / (leastBytes(group, 2) ?? NaN);
    const exposed = "(step − compute) / all-reduce alone";
    return [
      ...judged(row, group, exposed, bounds.exposed, exposedShare(group)),
      ...judged(row, group, `step over that of ${peer?.label}`, bounds.overPeer, over),
      ...Number.isFinite(sent)
        ? [{
          row,
          group,
          what: "bytes sent by a worker, over a ring's",
          bound: bounds.bytes,
          seen: { median: sent },
          verdict: sent <= bounds.bytes ? "met" as const : "missed" as const,
        }]
        : [],
    ];
  });
}

function judged(
  row: ScalingRow,
  group: GroupRecord,
  what: string,
  bound: number,
  seen: Ratio | undefined,
): Goal[] {
  if (seen === undefined) return [];
  return [{ row, group, what, bound, seen, verdict: verdictOf(seen, bound) }];
}

function verdictOf({ low, high, isInterval }: Ratio, bound: number): GoalVerdict {
  if (!isInterval) return "no interval";
  return high <= bound ? "met" : low > bound ? "missed" : "undecided";
}
