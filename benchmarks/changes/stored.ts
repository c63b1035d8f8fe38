/**
 * Two results that were stored. What is compared are quality, and the cost of weight standardization
 * relative to the baseline arm of the same run; never times, as they are another machine's, or
 * another hour's.
 *
 * @module
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../ground/errors.ts";
import { isTold } from "../ground/instruction_sets.ts";
import { mainMetric } from "../report/metrics.ts";
import { type Environment, readResult, type Result, type Warning } from "../record/mod.ts";
import type { Measured } from "./measured.ts";
import { scoreMetric } from "./scores.ts";
import type { Sides } from "./sides.ts";
import { overheadMetric } from "./time_metrics.ts";
import { tolerances } from "./tolerances.ts";

/** What decides where a result was measured. */
const testbed = ["backend", "os", "arch", "cpu", "cores", "gpu"] as const;

/** As {@linkcode testbed}, but not told by every result. */
const testbedIfTold = ["instructionSets", "oneDnn"] as const;

/** What may differ, as it may be what is compared, but should be known. */
const versions = ["deno", "v8", "tensorflowjs", "backendVersion"] as const;

/** A stored result. */
export interface Stored {
  /** Its file. */
  file: string;
  result: Result;
}

/**
 * Reads a result that something can be compared with.
 *
 * @param path the file, or its folder
 * @throws {UsageError} if it is missing, truncated, of another version, or empty
 */
export async function readStored(path: string): Promise<Stored> {
  const isFolder = await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
  const file = isFolder ? join(path, "result.json") : path;
  const result = await readResult(file);
  if (!result.cells.some(({ status }) => status === "done")) {
    throw new UsageError(
      `Cannot compare with "${file}" as it is empty: it holds no cell that was trained to its end`,
    );
  }
  return { file, result };
}

/**
 * Fails unless two results were measured alike.
 *
 * @param sides both results
 * @throws {UsageError} naming all that differs
 */
export function checkComparable({ base, head }: Sides<Stored>): void {
  const mismatch = (what: string, names: string[], advice: string) => {
    if (names.length === 0) return;
    throw new UsageError(
      `Cannot compare "${base.file}" with "${head.file}" as ${what} differ: ${
        names.join("; ")
      }; ${advice}`,
    );
  };
  const [before, now] = [base.result, head.result];
  mismatch("suites", differing(before, now, ["suite", "profile"]), "run the same one");
  mismatch("configs", configDifferences(before, now), "run both with the same values");
  mismatch(
    "data sets",
    differing(before.data, now.data, ["name", "identity"]),
    "run both on the same one",
  );
  mismatch(
    "testbeds",
    differing<Environment>(before.environment, now.environment, [
      ...testbed,
      ...testbedIfTold.filter((key) =>
        [before, now].every(({ environment }) => isTold(environment[key]))
      ),
    ]),
    "measure both on one machine, or both commits here by --base REF",
  );
}

function configDifferences(before: Result, now: Result): string[] {
  const keys = [...new Set([...Object.keys(before.config), ...Object.keys(now.config)])].sort();
  const arms = (result: Result) => result.arms.map(({ name, algorithms }) => [name, algorithms]);
  return [
    ...differing(before.config, now.config, keys),
    ...(isDeepStrictEqual(arms(before), arms(now)) ? [] : ["arms"]),
  ];
}

function differing<T extends object>(a: T, b: T, keys: readonly (keyof T & string)[]): string[] {
  return keys.filter((key) => !isDeepStrictEqual(a[key], b[key]))
    .map((key) => `${key} ${JSON.stringify(a[key])}, now ${JSON.stringify(b[key])}`);
}

/**
 * The metrics of two comparable results: the score of each arm, as arms may be anybody's.
 *
 * @param sides both results
 * @param tolerance of the overhead, in points
 * @throws {UsageError} if they have none in common
 */
export function storedMetrics({ base, head }: Sides<Stored>, tolerance: number): Measured[] {
  const results = { base: base.result, head: head.result };
  const { suite, arms } = results.base;
  const metric = mainMetric(results.base) ?? "mIoU";
  const shared = { suite, metric, tolerance: tolerances.qualityPoints };
  const quality = arms.flatMap(({ name }) =>
    scoreMetric({ ...shared, arms: [name] }, results) ?? []
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

/**
 * What the reader of a comparison of stored results should know.
 *
 * @param sides both results
 */
export function storedWarnings({ base, head }: Sides<Stored>): Warning[] {
  const changed = differing<Environment>(
    base.result.environment,
    head.result.environment,
    versions,
  );
  return [
    ...(changed.length === 0 ? [] : [{
      code: "versions-differ",
      message: `The two were not run by the same versions: ${changed.join("; ")}`,
      advice: "Take a change for theirs as well as the code's",
    }]),
    ...(base.result.overhead === undefined ? [] : [{
      code: "one-process",
      message: "The overhead of each result was timed in a single process",
      advice: "Confirm a change by --base REF, which starts many",
    }]),
  ];
}
