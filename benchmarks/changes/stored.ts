/**
 * Two stored results. Quality is compared, and the cost of weight standardization relative to the
 * baseline arm of the same run; never times, which belong to another machine or another hour.
 *
 * @module
 */
import { UsageError } from "../ground/errors.ts";
import type { Measured } from "../judge/changes/verdict.ts";
import {
  openRecord,
  type Result,
  type Sides,
  type StoredRecord,
  type Warning,
} from "../record/mod.ts";
import { differences, machineFacts } from "../record/same_run.ts";
import { mainMetric } from "../report/cells/metrics.ts";
import { scoreMetric } from "./scores.ts";
import { overheadMetric } from "./time_metrics.ts";

export type Stored = StoredRecord<"cells">;

/**
 * Reads a result from its file or folder.
 *
 * @throws {UsageError} if it is missing, truncated, of a later version, of another program, or empty
 */
export async function readStored(path: string): Promise<Stored> {
  const stored = await openRecord(path, "cells");
  if (stored.record.cells.some(({ status }) => status === "done")) return stored;
  throw new UsageError(
    `Cannot compare with "${stored.file}" as it is empty: it holds no cell that was trained to its end`,
  );
}

/**
 * Checks that two results were measured alike.
 *
 * @throws {UsageError} naming all that differs
 */
export function checkComparable({ base, head }: Sides<Stored>): void {
  for (const { what, of, advice } of alike) {
    const names = differences(of(base.record), of(head.record));
    if (names.length === 0) continue;
    throw new UsageError(
      `Cannot compare "${base.file}" with "${head.file}" as ${what} differ: ` +
        `${names.join("; ")}; ${advice}`,
    );
  }
}

/** What must be alike, in the order in which it is checked. */
const alike: readonly {
  what: string;
  of: (result: Result) => Parameters<typeof differences>[0];
  advice: string;
}[] = [
  {
    what: "suites",
    of: ({ suite, profile }) => ({ suite, profile }),
    advice: "run the same one",
  },
  {
    what: "configs",
    of: ({ config, arms }) => ({
      ...config,
      arms: arms.map(({ name, algorithms, settings = {} }) => [name, algorithms, settings]),
    }),
    advice: "run both with the same values",
  },
  {
    what: "data sets",
    of: ({ data: { name, identity } }) => ({ name, identity }),
    advice: "run both on the same one",
  },
  {
    what: "testbeds",
    of: ({ environment }) => machineFacts(environment),
    advice: "measure both on one machine, or both commits here by --base REF",
  },
];

/**
 * The metrics of two comparable results: the score and the overhead of each arm.
 *
 * @param tolerance of the overhead, in points
 * @throws {UsageError} if they have none in common
 */
export function storedMetrics({ base, head }: Sides<Stored>, tolerance: number): Measured[] {
  const results = { base: base.record, head: head.record };
  const { suite: name, arms } = results.base;
  const metric = mainMetric(results.base) ?? "mIoU";
  const quality = arms.flatMap((arm) =>
    scoreMetric({ name, metric, arms: [arm.name] }, results) ?? []
  );
  const overheads = (results.base.overhead ?? []).flatMap((before) => {
    const now = results.head.overhead?.find(({ arm }) => arm === before.arm);
    return now === undefined || now.pairs.length === 0 || before.pairs.length === 0
      ? []
      : [overheadMetric({ base: before, head: now }, tolerance)];
  });
  if (overheads.length + quality.length > 0) return [...overheads, ...quality];
  throw new UsageError(
    `Cannot compare "${base.file}" with "${head.file}" as no arm has ${metric} or timings in both`,
  );
}

/** What the reader of a comparison of stored results should know. */
export function storedWarnings({ base, head }: Sides<Stored>): Warning[] {
  const changed = differences(versions(base.record), versions(head.record));
  return [
    ...(changed.length === 0 ? [] : [{
      code: "versions-differ",
      message: `The two were not run by the same versions: ${changed.join("; ")}`,
      advice: "Take a change for theirs as well as the code's",
    }]),
    ...(base.record.overhead === undefined ? [] : [{
      code: "one-process",
      message: "The overhead of each result was timed in a single process",
      advice: "Confirm a change by --base REF, which starts many",
    }]),
  ];
}

/** What may differ, being what is compared, but should be mentioned. */
function versions({ environment: { deno, v8, tensorflowjs, backendVersion } }: Result) {
  return { deno, v8, tensorflowjs, backendVersion };
}
