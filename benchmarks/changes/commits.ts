/**
 * Two versions of this repository, run in turn on this machine.
 *
 * @module
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../ground/errors.ts";
import { duration } from "../cli/progress.ts";
import type { Result, Sides, Warning } from "../record/mod.ts";
import { type MachineState, machineState, machineWarnings } from "../judge/warnings/machine.ts";
import { timingWarnings } from "../judge/warnings/timing.ts";
import { timeBlock, type TimedBlock } from "./blocks.ts";
import type { Measured } from "../judge/changes/verdict.ts";
import { type ComparedSuite, suites } from "./profiles.ts";
import { scoreMetric } from "./scores.ts";
import { timeMetric } from "./time_metrics.ts";
import { forBoth, type RunOptions } from "./sides.ts";
import { runSuiteProcess } from "./suite_process.ts";

/** Metrics, and what the reader should know about them. */
interface Metrics {
  metrics: Measured[];
  warnings: Warning[];
}

/**
 * Times what the profile names, on both sides in turn.
 *
 * @param tolerance in percent
 * @throws {UsageError} if a side cannot run a step; the signal's reason when that comes
 */
export async function measureTimes(options: RunOptions, tolerance: number): Promise<Metrics> {
  const { profile: { works, blocks }, tell } = options;
  const before = machineState();
  const timed = new Map<string, TimedBlock[]>(works.map(({ name }) => [name, []]));
  const startMs = performance.now();
  for (let index = 0; index < blocks; index++) {
    for (const work of works) timed.get(work.name)!.push(await timeBlock(work, index, options));
    const leftMs = (performance.now() - startMs) / (index + 1) * (blocks - index - 1);
    tell(`times: block ${index + 1}/${blocks}, ${duration(leftMs)} left`);
  }
  if (blocks === 0) return { metrics: [], warnings: [] };
  const metrics = works.map(({ name, label }) =>
    timeMetric({ name, label }, timed.get(name)!, tolerance)
  );
  return { metrics, warnings: timeWarnings(metrics, blocks, before) };
}

function timeWarnings(
  metrics: readonly Measured[],
  blocks: number,
  before: MachineState,
): Warning[] {
  const samples = metrics.flatMap(({ label, values }) => [
    { label: `${label} (base)`, values: values.base },
    { label: `${label} (head)`, values: values.head },
  ]);
  const ratios = metrics.map(({ label, values }) => ({
    label,
    values: values.head.map((ms, i) => ms / values.base[i]!),
  }));
  return [
    ...timingWarnings({ samples, ratios, blocks }),
    ...machineWarnings(before, machineState()),
  ];
}

/**
 * Trains what the profile names, on both sides with the same seeds.
 *
 * @throws {UsageError} if a side's suite fails; the signal's reason when that comes
 */
export async function measureQuality(options: RunOptions): Promise<Metrics> {
  const { profile } = options;
  const { seeds } = profile;
  const found: Metrics = { metrics: [], warnings: [] };
  if (seeds.length === 0) return found;
  for (const name of profile.suites) {
    const suite = suites[name]!; // names are checked on the command line
    const results = await trainBoth(suite, options);
    found.metrics.push(qualityOf(suite, results));
    found.warnings.push(...changeWarnings(suite, results));
  }
  return found;
}

/** Both sides at the same time. */
async function trainBoth(
  suite: ComparedSuite,
  { folders, profile, backend, signal: stop, tell }: RunOptions,
): Promise<Sides<Result>> {
  const out = await Deno.makeTempDir({ prefix: "bench-compare-quality-" });
  const failure = new AbortController(); // a failure of one side ends the other
  const signal = AbortSignal.any([stop, failure.signal]);
  try {
    return await forBoth((side) =>
      runSuiteProcess(suite, {
        backend,
        signal,
        seeds: profile.seeds,
        folder: folders[side],
        settings: suite.settings,
        out: join(out, side),
        resume: false,
        takesBroken: true, // it is a regression where the other side completes
        failure: `Cannot compare ${suite.metric} as the ${side}'s`,
        tell: (line) => tell(`${side}: ${line}`),
      }).catch((error) => {
        failure.abort(error);
        throw error;
      })
    );
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

function qualityOf(suite: ComparedSuite, results: Sides<Result>): Measured {
  const measured = scoreMetric(suite, results);
  if (measured !== undefined) return measured;
  throw new UsageError(
    `Cannot compare ${suite.metric} of bench:${suite.name} as a side has none: its training failed on the base, ` +
      "or it has another name there",
  );
}

/** A commit may change what is trained: then a drop need not be a fault of the code. */
function changeWarnings({ name }: ComparedSuite, { base, head }: Sides<Result>): Warning[] {
  const keys = [...new Set([...Object.keys(base.config), ...Object.keys(head.config)])].sort();
  const changed = keys.filter((key) => !isDeepStrictEqual(base.config[key], head.config[key]));
  if (base.data.identity !== head.data.identity) changed.push("the data");
  if (changed.length === 0) return [];
  return [{
    code: "profile-changed",
    message: `The two versions train bench:${name} differently: ${changed.join(", ")}`,
    advice: "Take a change of quality for theirs as well as the code's",
  }];
}
