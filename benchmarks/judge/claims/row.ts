/**
 * What a run says of a claim.
 *
 * @module
 */
import type { Claim } from "../../experiments/claims/claim.ts";
import { fixed } from "../../ground/format.ts";
import type { Interval } from "../../record/mod.ts";

/** Whether a run bears a claim out. */
export type ClaimVerdict =
  | "reproduced"
  | "not reproduced"
  | "inconclusive"
  /** Its arms ran, on data that yield none. */
  | "no verdict"
  | "not run";

/** A verdict and why, in words. */
export interface Outcome {
  verdict: ClaimVerdict;
  reason: string;
}

/** What a run says of a claim. */
export interface Finding extends Outcome {
  /** How many pairs of seeds, or of timings, it rests on. */
  n: number;
  /** What was measured, with its interval. */
  ours?: string;
  /** Ours minus the published number, where there is one. */
  difference?: string;
  /** How the run differs from the published protocol; a run with an entry is a proxy. */
  protocolDifferences: string[];
  /** How many more seeds it would take, where that is known. */
  moreSeeds?: number;
}

/** One row of the table of claims. */
export type ClaimRow = Pick<Claim, "id" | "statement" | "source" | "published"> & Finding;

/** The finding on a claim that a run does not test. */
export function notRun(reason: string): Finding {
  return { verdict: "not run", reason, n: 0, protocolDifferences: [] };
}

/** The verdict on a claim of several parts: all must be borne out; one that is not refutes. */
export function ofAll(verdicts: readonly ClaimVerdict[]): ClaimVerdict {
  if (verdicts.includes("not reproduced")) return "not reproduced";
  return verdicts.every((verdict) => verdict === "reproduced") ? "reproduced" : "inconclusive";
}

/**
 * What an interval is called in a reason.
 *
 * @param noise what it was widened by, as a share
 */
export function intervalName(noise?: number): string {
  if (noise === undefined) return "the interval";
  return `the interval, widened by the noise of ${fixed(100 * noise, 1)} %,`;
}

/**
 * The outcome of a claim that there is no difference: the interval must lie within ± margin.
 *
 * @param margin > 0, in its unit
 * @param names the interval and the margin, in words
 */
export function withinMargin(
  { low, high }: Interval,
  margin: number,
  [interval, bound]: readonly [string, string],
): Outcome {
  if (low > -margin && high < margin) {
    return { verdict: "reproduced", reason: `${interval} lies within ${bound}` };
  }
  if (low > margin || high < -margin) {
    return { verdict: "not reproduced", reason: `${interval} lies outside of ${bound}` };
  }
  return { verdict: "inconclusive", reason: `${interval} crosses ${bound}` };
}
