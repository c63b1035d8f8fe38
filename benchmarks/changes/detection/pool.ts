/**
 * Many cells of the quick suite, with and without a change that makes training worse.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../../ground/errors.ts";
import { readResult, type Result } from "../../record/mod.ts";
import { suites } from "../profiles.ts";
import type { Scores } from "../quality_metric.ts";
import { scoresOf } from "../scores.ts";
import { forBoth, type SideName, type Sides } from "../sides.ts";
import { runSuiteProcess } from "../suite_process.ts";
import type { Pool } from "./draws.ts";

/** What makes training worse: its learning rate is 0.08 otherwise. Tuned to about −1.5 points. */
export const worseSettings: Readonly<Record<string, string>> = { learningRate: "0.068" };

/** What the pool is trained with. */
export interface PoolOptions {
  /** A checkout of the code. */
  folder: string;
  /** The TensorFlow.js backend. */
  backend: string;
  /** How many seeds. */
  size: number;
  /** Where its runs lie; those that are there are gone on with. */
  out: string;
  /** Ends it; what is trained is kept. */
  signal: AbortSignal;
  tell: (line: string) => void;
}

/**
 * Trains the pool, or what it lacks.
 *
 * @param options where and how
 * @returns the scores of the seeds that both have
 * @throws {UsageError} if a run fails
 * @throws {InterruptedError} if the signal came
 */
export async function trainPool(options: PoolOptions): Promise<Pool> {
  const { arms, metric } = suites.ade20k!;
  const results = await forBoth((side) => train(side, options));
  const query = { arms, metric };
  return common({ base: scoresOf(results.base, query), head: scoresOf(results.head, query) });
}

async function train(side: SideName, { size, tell, ...options }: PoolOptions): Promise<Result> {
  const suite = suites.ade20k!;
  const name = side === "base" ? "as-it-is" : "worse";
  const out = join(options.out, name);
  const { code, last } = await runSuiteProcess(suite, {
    ...options,
    seeds: Array.from({ length: size }, (_, seed) => seed),
    settings: { ...suite.settings, ...(side === "head" ? worseSettings : {}) },
    out,
    resume: true,
    endBy: "SIGTERM",
    tell: (line) => tell(`${name}: ${line}`),
  });
  if (code === 0) return await readResult(join(out, "result.json"));
  throw new UsageError(`Cannot train the pool: it ended with ${code}: ${last}`);
}

function common({ base, head }: Sides<Scores>): Pool {
  const seeds = base.seeds.filter((seed) => head.seeds.includes(seed));
  const pick = (scores: Scores) => ({
    seeds,
    scores: seeds.map((seed) => scores.scores[scores.seeds.indexOf(seed)]!),
  });
  return { base: pick(base), head: pick(head) };
}
