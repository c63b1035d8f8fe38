/**
 * Many cells of the quick suite, with and without a change that makes training worse.
 *
 * @module
 */
import { join } from "node:path";
import { commonScores } from "../../judge/changes/quality_metric.ts";
import type { Pool, Scores } from "../../record/mod.ts";
import { suites } from "../profiles.ts";
import { scoresOf } from "../scores.ts";
import { forBoth, type RunOptions } from "../sides.ts";
import { runSuiteProcess } from "../suite_process.ts";

/** Worse is a lower learning rate than the profile's 0.08, tuned to about −1.5 points. */
const halves = {
  base: { name: "as-it-is", settings: {} },
  head: { name: "worse", settings: { learningRate: "0.068" } },
} as const;

interface PoolOptions extends Pick<RunOptions, "backend" | "signal" | "tell"> {
  /** A checkout of the code. */
  folder: string;
  /** How many seeds. */
  size: number;
  /** The folder of its runs, which are resumed where they exist. */
  out: string;
}

/**
 * Trains the pool, or what it lacks.
 *
 * @returns the scores of the seeds that both have
 * @throws {UsageError} if a run fails; the signal's reason when that comes
 */
export async function trainPool({ size, tell, out, ...options }: PoolOptions): Promise<Pool> {
  const suite = suites.ade20k!;
  return commonScores(
    await forBoth(async (side): Promise<Scores> => {
      const { name, settings } = halves[side];
      const result = await runSuiteProcess(suite, {
        ...options,
        seeds: Array.from({ length: size }, (_, seed) => seed),
        settings: { ...suite.settings, ...settings },
        out: join(out, name),
        resume: true,
        takesBroken: false,
        failure: "Cannot train the pool as its",
        tell: (line) => tell(`${name}: ${line}`),
      });
      return scoresOf(result, suite);
    }),
  );
}
