/**
 * `comparison.json`: what two versions were measured at, and the verdicts. The Markdown is a pure
 * function of it.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../ground/errors.ts";
import type { Warning } from "../record/mod.ts";
import type { Interval } from "../judge/statistics/paired_t.ts";
import type { Sides } from "./sides.ts";

/** The version of the records that this code writes, and the only one that it reads. */
export const schemaVersion = 1;

/** What a metric's interval says, the tolerance considered. */
export type Verdict = "regression" | "improvement" | "unchanged" | "inconclusive";

/** What may be alarmed about together: Holm's correction is over the metrics of one. */
export type Family = "time" | "overhead" | "quality";

/** One metric of both sides. */
export interface MetricRecord {
  /** The name, such as `train-ws` or `ade20k.mIoU`. */
  name: string;
  /** The name in tables. */
  label: string;
  family: Family;
  /** Of `base` and `head`. */
  unit: "ms" | "%" | "points";
  /** The base's median of times, mean of quality. */
  base: number;
  /** The head's. */
  head: number;
  /** From base to head: in percent of the base's time, or in points. */
  change: number;
  /** Of the change; none where there are too few values. */
  interval?: Interval;
  /** One-sided, against a change for the worse by no more than the tolerance; Holm's within the family. */
  pValue?: number;
  /** Changes up to here do not matter, in the change's unit. */
  tolerance: number;
  /** Pairs of blocks or seeds, or values of the smaller side where they do not pair. */
  n: number;
  /** Whether each value of the base belongs to one of the head. */
  paired: boolean;
  verdict: Verdict;
  /** Why, in words. */
  reason: string;
  /** What the change was computed from: a value for each block or seed. */
  values: Sides<number[]>;
  /** Every step in ms, a list for each block, in the order in which they ran. */
  durationsMs?: Sides<number[][]>;
  /** The seeds of the values. */
  seeds?: Sides<number[]>;
}

/** One side of a comparison. */
export interface VersionRecord {
  /** What was asked for: a commit's name, or a file. */
  name: string;
  commit?: string;
  /** Whether there were changes that are not committed. */
  dirty?: boolean;
}

/** What `comparison.json` holds. */
export interface ComparisonRecord {
  schemaVersion: typeof schemaVersion;
  kind: "regression";
  /** Two commits, run in turn; or two results that were stored. */
  mode: "commits" | "stored";
  versions: Sides<VersionRecord>;
  /** Values that both were run with. */
  config: Record<string, string | number | boolean>;
  /** The machine and the versions of what it ran. */
  environment: Record<string, string | number | boolean>;
  /** The command that repeats it. */
  command: string;
  /** ISO 8601. */
  createdAt: string;
  durationMs: number;
  /** The worst of the metrics' verdicts: regression, inconclusive, improvement, unchanged. */
  verdict: Verdict;
  metrics: MetricRecord[];
  warnings: Warning[];
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.minValue(0));
const verdict = v.picklist(["regression", "improvement", "unchanged", "inconclusive"]);
const facts = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));

function sides<T>(of: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, Sides<T>> {
  return v.strictObject({ base: of, head: of });
}

const metric: v.GenericSchema<unknown, MetricRecord> = v.strictObject({
  name: v.string(),
  label: v.string(),
  family: v.picklist(["time", "overhead", "quality"]),
  unit: v.picklist(["ms", "%", "points"]),
  base: v.number(),
  head: v.number(),
  change: v.number(),
  interval: v.exactOptional(
    v.strictObject({ low: v.number(), high: v.number(), level: v.number() }),
  ),
  pValue: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  tolerance: positive,
  n: count,
  paired: v.boolean(),
  verdict,
  reason: v.string(),
  values: sides(v.array(v.number())),
  durationsMs: v.exactOptional(sides(v.array(v.array(positive)))),
  seeds: v.exactOptional(sides(v.array(count))),
});

const schema: v.GenericSchema<unknown, ComparisonRecord> = v.strictObject({
  schemaVersion: v.literal(schemaVersion),
  kind: v.literal("regression"),
  mode: v.picklist(["commits", "stored"]),
  versions: sides(v.strictObject({
    name: v.string(),
    commit: v.exactOptional(v.string()),
    dirty: v.exactOptional(v.boolean()),
  })),
  config: facts,
  environment: facts,
  command: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  durationMs: positive,
  verdict,
  metrics: v.array(metric),
  warnings: v.array(
    v.strictObject({ code: v.string(), message: v.string(), advice: v.string() }),
  ),
});

/**
 * The text of a `comparison.json` as a record.
 *
 * @param text JSON
 * @param file the file's name, for the error
 * @throws {UsageError} if it is no JSON or has a wrong field
 */
export function parseComparison(text: string, file: string): ComparisonRecord {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read "${file}": ${reason}`, { cause: error });
  }
}
