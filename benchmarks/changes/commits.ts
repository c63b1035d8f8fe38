/**
 * Two versions of this repository, run in turn on this machine.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../ground/errors.ts";
import { duration } from "../cli/progress.ts";
import type { Result, Warning } from "../record/mod.ts";
import {
  type MachineState,
  machineState,
  machineWarnings,
  timingWarnings,
} from "../judge/warnings/mod.ts";
import { timeBlock, type TimedBlock } from "./blocks.ts";
import type { Measured } from "./measured.ts";
import { type ComparedSuite, type RegressionProfile, suites } from "./profiles.ts";
import { runSuiteOnBoth } from "./quality.ts";
import { scoreMetric } from "./scores.ts";
import type { Sides } from "./sides.ts";
import { timeMetric } from "./time_metrics.ts";
import { tolerances } from "./tolerances.ts";

/** What a comparison of two checkouts needs. */
export interface CommitOptions {
  /** Where each side is checked out. */
  folders: Sides<string>;
  profile: RegressionProfile;
  /** The TensorFlow.js backend. */
  backend: string;
  /** Of times, in percent. */
  tolerance: number;
  /** Ends it at once. */
  signal: AbortSignal;
  /** Takes lines on how far it is. */
  tell: (line: string) => void;
}

/** Metrics, and what the reader should know about them. */
export interface Measurement {
  metrics: Measured[];
  warnings: Warning[];
}

/**
 * Times what the profile names, on both sides in turn.
 *
 * @param options where and how
 * @throws {UsageError} if a side cannot run a step
 * @throws {InterruptedError} if the signal came
 */
export async function measureTimes(options: CommitOptions): Promise<Measurement> {
  const { profile: { works, blocks }, tolerance, tell } = options;
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
    { label: `${label} (base)`, durationsMs: values.base },
    { label: `${label} (head)`, durationsMs: values.head },
  ]);
  const ratios = metrics.map(({ label, values }) => ({
    label,
    ratios: values.head.map((ms, i) => ms / values.base[i]!),
  }));
  return [
    ...timingWarnings({ samples, ratios, blocks }),
    ...machineWarnings(before, machineState()),
  ];
}

/**
 * Trains what the profile names, on both sides with the same seeds.
 *
 * @param options where and how
 * @throws {UsageError} if a side's suite fails
 * @throws {InterruptedError} if the signal came
 */
export async function measureQuality(options: CommitOptions): Promise<Measurement> {
  const { profile } = options;
  const { seeds } = profile;
  const measurement: Measurement = { metrics: [], warnings: [] };
  if (seeds.length === 0) return measurement;
  for (const name of profile.suites) {
    const suite = suites[name]!; // the command line is checked
    const results = await runSuiteOnBoth(suite, { ...options, seeds });
    measurement.metrics.push(qualityOf(suite, results));
    measurement.warnings.push(...changeWarnings(suite, results));
  }
  return measurement;
}

function qualityOf(suite: ComparedSuite, results: Sides<Result>): Measured {
  const { name, metric, arms } = suite;
  const tolerance = tolerances.qualityPoints;
  const measured = scoreMetric({ suite: name, metric, arms, tolerance }, results);
  if (measured !== undefined) return measured;
  throw new UsageError(
    `Cannot compare ${metric} of bench:${name} as a side has none: its training failed on the base, ` +
      "or it has another name there",
  );
}

/** A commit may change what is trained: a drop then is no fault of the code. */
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
