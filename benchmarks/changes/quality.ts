/**
 * What both versions reach: a quick suite, run by each version's own code with the same seeds.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../ground/errors.ts";
import { exitCodes } from "../cli/exit.ts";
import { readResult, type Result } from "../record/mod.ts";
import type { ComparedSuite } from "./profiles.ts";
import { forBoth, type SideName, type Sides } from "./sides.ts";
import { runSuiteProcess } from "./suite_process.ts";

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
  options: QualityOptions,
): Promise<Sides<Result>> {
  const out = await Deno.makeTempDir({ prefix: "bench-compare-quality-" });
  const failure = new AbortController(); // of one side, which ends the other
  const signal = AbortSignal.any([options.signal, failure.signal]);
  try {
    return await forBoth((side) =>
      runOn(side, suite, join(out, side), { ...options, signal }).catch((error) => {
        failure.abort();
        throw error;
      })
    );
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

async function runOn(
  side: SideName,
  suite: ComparedSuite,
  out: string,
  { folders, tell, ...options }: QualityOptions,
): Promise<Result> {
  const { code, last } = await runSuiteProcess(suite, {
    ...options,
    folder: folders[side],
    settings: suite.settings,
    out,
    resume: false,
    endBy: "SIGKILL",
    tell: (line) => tell(`${side}: ${line}`),
  });
  // What broke is named in the result: where the other side completes it, that is a regression.
  const { done, broken } = exitCodes;
  if (code === done || code === broken) return await readResult(join(out, "result.json"));
  throw new UsageError(
    `Cannot compare ${suite.metric} as the ${side}'s bench:${suite.name} ended with ${code}: ${last}`,
  );
}
