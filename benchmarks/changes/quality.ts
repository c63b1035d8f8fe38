/**
 * What both versions reach: a quick suite, run by each version's own code with the same seeds.
 *
 * @module
 */
import { join } from "node:path";
import type { Result, Sides } from "../record/mod.ts";
import type { ComparedSuite } from "./profiles.ts";
import { forBoth } from "./sides.ts";
import { runSuite } from "./suite_process.ts";

/** What a suite is run with. */
export interface QualityOptions {
  /** Where each side is checked out. */
  folders: Sides<string>;
  /** The TensorFlow.js backend. */
  backend: string;
  seeds: readonly number[];
  /** Ends the processes. */
  signal: AbortSignal;
  /** Takes lines on how far it is. */
  tell: (line: string) => void;
}

/**
 * Trains a suite's cells on both sides, at the same time.
 *
 * @param suite the suite
 * @param options where and how
 * @returns both results
 * @throws {UsageError} if a side's suite fails, or its result cannot be read
 * @throws {InterruptedError} if the signal came
 */
export async function runSuiteOnBoth(
  suite: ComparedSuite,
  { folders, tell, ...options }: QualityOptions,
): Promise<Sides<Result>> {
  const out = await Deno.makeTempDir({ prefix: "bench-compare-quality-" });
  const failure = new AbortController(); // of one side, which ends the other
  const signal = AbortSignal.any([options.signal, failure.signal]);
  try {
    return await forBoth((side) =>
      runSuite(suite, {
        ...options,
        signal,
        folder: folders[side],
        settings: suite.settings,
        out: join(out, side),
        resume: false,
        endBy: "SIGKILL",
        takesBroken: true, // where the other side completes it, that is a regression
        failure: `Cannot compare ${suite.metric} as the ${side}'s`,
        tell: (line) => tell(`${side}: ${line}`),
      }).catch((error) => {
        failure.abort();
        throw error;
      })
    );
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}
