/**
 * What a run says of a claim.
 *
 * @module
 */

/** Whether a run bears a claim out. */
export type Verdict = "reproduced" | "not reproduced" | "inconclusive" | "not run";

/** A verdict and why, in words. */
export interface Outcome {
  verdict: Verdict;
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
  /** What was done otherwise than published; a run with an entry is a proxy. */
  protocolDifferences: string[];
  /** How many more seeds it would take, where that is known. */
  moreSeeds?: number;
}

/** One row of the table of claims. */
export interface ClaimRow extends Finding {
  id: string;
  statement: string;
  source: string;
  published: string;
}

/**
 * The finding on a claim that a run does not test.
 *
 * @param reason why it does not
 */
export function notRun(reason: string): Finding {
  return { verdict: "not run", reason, n: 0, protocolDifferences: [] };
}
