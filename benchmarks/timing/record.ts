/**
 * `overhead.json`: every duration as measured, and what it belongs to. The tables are pure
 * functions of it.
 *
 * @module
 */
import * as v from "valibot";
import type { Warning } from "../record/mod.ts";
import { type Ready, readySchema } from "./protocol.ts";
import type { Subject } from "./subjects.ts";

/** The version of the records that this code writes, and the only one that it reads. */
export const schemaVersion = 1;

/** Steps of a subject at its turn. */
export interface BlockRecord {
  /** From 0. */
  round: number;
  /** Whether the subjects ran in their order, or back. */
  leg: "there" | "back";
  /** Each step in ms. */
  durationsMs: number[];
}

/** How many tensors a process of this library held: as many after its steps as before. */
export interface TensorCounts {
  /** After the warm-up. */
  before: number;
  /** After the last round; nothing where it was not reached. */
  after?: number;
}

/** One subject's figures. */
export interface SubjectRecord extends Omit<Subject, "program"> {
  /** A subject that failed keeps what it did before; one that was not run lacks something here. */
  status: "done" | "failed" | "not run";
  /** Why it failed or was not run. */
  error?: string;
  /** What it said of itself. */
  ready?: Ready;
  /** Steps before the first round, in ms: the first ones record and compile. */
  warmupMs: number[];
  blocks: BlockRecord[];
  /** The last loss, or mean of logits. */
  value?: number;
  /** The most that its process held, in bytes. */
  peakBytes?: number;
  /** Of TensorFlow.js; peers have none. */
  tensors?: TensorCounts;
}

/** Subjects that were timed beside each other. */
export interface Measurement {
  /** Whether all rounds were run. */
  complete: boolean;
  /** In the order in which they ran. */
  subjects: SubjectRecord[];
  /** What a reader should know of the timings and the machine. */
  warnings?: Warning[];
}

/** Values that a sweep goes through, by key of the profile. */
export type Sweep = Record<string, number[]>;

/** One combination of a sweep's values, measured in processes of its own. */
export interface RowRecord extends Measurement {
  /** What the row replaces in the profile. */
  values: Record<string, number>;
  /** When it was done, ISO 8601. */
  createdAt: string;
}

/** What `overhead.json` holds. */
export interface OverheadResult extends Measurement {
  schemaVersion: typeof schemaVersion;
  suite: "overhead";
  /** The profile's name. */
  profile: string;
  /** The profile's values as run. */
  config: Record<string, string | number | boolean | number[]>;
  /** The machine and the versions. */
  environment: Record<string, string | number | boolean>;
  /** The command that repeats the run. */
  command: string;
  /** ISO 8601. */
  createdAt: string;
  /** Whether all rounds were run, in a sweep of all rows. */
  complete: boolean;
  /** In the order in which they ran; none in a sweep, whose rows have theirs. */
  subjects: SubjectRecord[];
  /** What was swept. */
  sweep?: Sweep;
  /** The rows of the sweep that were measured so far. */
  rows?: RowRecord[];
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.minValue(0));

const subject: v.GenericSchema<unknown, SubjectRecord> = v.strictObject({
  name: v.string(),
  label: v.string(),
  engine: v.string(),
  mode: v.picklist(["eager", "captured"]),
  work: v.picklist(["train", "infer"]),
  kernels: v.picklist(["plain", "ws", "generic", "baked", "composer", "timm"]),
  form: v.exactOptional(v.picklist(["channels-last", "compiled"])),
  oneDnn: v.exactOptional(v.literal(false)),
  comparedTo: v.array(v.string()),
  status: v.picklist(["done", "failed", "not run"]),
  error: v.exactOptional(v.string()),
  ready: v.exactOptional(readySchema),
  warmupMs: v.array(positive),
  blocks: v.array(
    v.strictObject({
      round: count,
      leg: v.picklist(["there", "back"]),
      durationsMs: v.array(positive),
    }),
  ),
  value: v.exactOptional(v.number()),
  peakBytes: v.exactOptional(positive),
  tensors: v.exactOptional(v.strictObject({ before: count, after: v.exactOptional(count) })),
});

const text = v.string();
const warnings = v.exactOptional(
  v.array(v.strictObject({ code: text, message: text, advice: text })),
);
const createdAt = v.pipe(v.string(), v.isoTimestamp());

const row: v.GenericSchema<unknown, RowRecord> = v.strictObject({
  values: v.record(v.string(), v.number()),
  createdAt,
  complete: v.boolean(),
  subjects: v.array(subject),
  warnings,
});

const schema: v.GenericSchema<unknown, OverheadResult> = v.strictObject({
  schemaVersion: v.literal(schemaVersion),
  suite: v.literal("overhead"),
  profile: v.string(),
  config: v.record(
    v.string(),
    v.union([v.string(), v.number(), v.boolean(), v.array(v.number())]),
  ),
  environment: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  command: v.string(),
  createdAt,
  complete: v.boolean(),
  subjects: v.array(subject),
  warnings,
  sweep: v.exactOptional(v.record(v.string(), v.array(v.number()))),
  rows: v.exactOptional(v.array(row)),
});

/** A row with all of the profile's values. */
export interface ConfiguredRow extends Measurement {
  /** What it replaces in the profile; nothing where nothing is swept. */
  values: RowRecord["values"];
  /** The profile's values as it was run. */
  config: OverheadResult["config"];
}

/**
 * What was measured, row by row; a measurement without a sweep is one row.
 *
 * @param result the record
 */
export function measuredRows(result: OverheadResult): ConfiguredRow[] {
  const { rows, config, complete, subjects, warnings } = result;
  if (rows === undefined) {
    return [{ values: {}, config, complete, subjects, ...(warnings && { warnings }) }];
  }
  return rows.map((row) => ({ ...row, config: { ...config, ...row.values } }));
}

/**
 * Checks a record.
 *
 * @param value what was parsed from JSON
 * @returns the value
 * @throws {v.ValiError} if it is none
 */
export function parseOverheadResult(value: unknown): OverheadResult {
  return v.parse(schema, value);
}
