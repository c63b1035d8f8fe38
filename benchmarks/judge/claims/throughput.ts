/**
 * A claim on throughput, judged by shares of another step's.
 *
 * @module
 */
import type { ThroughputTest } from "../../experiments/claims/claim.ts";
import { fixed, signed } from "../../ground/format.ts";
import { fewestForBootstrap } from "../statistics/bootstrap.ts";
import { type Finding, intervalName, ofAll, withinMargin } from "./row.ts";

/** The throughput of a subject in shares of another's. */
export interface Share {
  label: string;
  /** How many rounds it rests on. */
  n: number;
  share: number;
  low: number;
  high: number;
  /** Whether `low` and `high` are an interval's. */
  isInterval: boolean;
  /** What they were widened by: how far a step may seem from itself, as a share of it. */
  noise?: number;
}

/** Whether shares, at least one, are about those that were published. */
export function judgeShares(
  test: ThroughputTest,
  shares: readonly Share[],
): Omit<Finding, "protocolDifferences"> {
  const n = Math.min(...shares.map(({ n }) => n));
  const measured = {
    n,
    ours: `${shares.map(shareText).join(", ")} of the images/s, n = ${n}`,
    difference: shares.map(({ share }) => signed(share - test.share, 2)).join(", "),
  };
  if (shares.some(({ isInterval }) => !isInterval)) {
    const reason = `${n} of the ${fewestForBootstrap} rounds that an interval wants`;
    return { ...measured, verdict: "inconclusive", reason };
  }
  const outcomes = shares.map(({ label, low, high, noise }) =>
    withinMargin({ low: low - test.share, high: high - test.share, level: 0.95 }, test.margin, [
      `${label}: ${intervalName(noise)}`,
      `${fixed(test.share, 1)} ± ${fixed(test.margin, 1)}`,
    ])
  );
  const verdict = ofAll(outcomes.map(({ verdict }) => verdict));
  return { ...measured, verdict, reason: outcomes.map(({ reason }) => reason).join("; ") };
}

function shareText({ label, share, low, high, isInterval }: Share): string {
  const range = isInterval ? `[${fixed(low, 2)}, ${fixed(high, 2)}]` : "no interval";
  return `${label} ${fixed(share, 2)} ${range}`;
}
