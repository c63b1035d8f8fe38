/**
 * The schema that a record is held against when it is read.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../ground/errors.ts";
import {
  type CellRecord,
  type Environment,
  type Json,
  type Result,
  schemaVersion,
} from "./record.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.minValue(0));
const duration = v.pipe(v.number(), v.gtValue(0));
const measured = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN));
const metrics = v.record(v.string(), measured);
const names = v.array(v.string());
const time = v.pipe(v.string(), v.isoTimestamp());
const base64 = v.pipe(v.string(), v.base64());

/** Any value that JSON can hold. */
export const json: v.GenericSchema<unknown, Json> = v.lazy(() =>
  v.union([
    v.string(),
    v.number(),
    v.boolean(),
    v.null(),
    v.array(json),
    v.record(v.string(), json),
  ])
);

const warnings = v.array(
  v.strictObject({ code: v.string(), message: v.string(), advice: v.string() }),
);

const curve = v.array(
  v.strictObject({ step: count, epoch: positive, loss: measured, learningRate: v.number() }),
);

const cell = v.strictObject({
  arm: v.string(),
  seed: count,
  sweep: v.exactOptional(v.string()),
  status: v.picklist(["done", "failed", "broken", "interrupted"]),
  error: v.exactOptional(v.string()),
  algorithms: names,
  standardizedCount: count,
  convolutionCount: count,
  parameterCount: count,
  initialWeights: v.exactOptional(v.record(v.string(), v.string())),
  alteredWeights: v.exactOptional(names),
  steps: count,
  metrics,
  classIou: v.array(v.nullable(v.number())),
  curve,
  evaluations: v.array(v.strictObject({ step: count, epoch: positive, metrics })),
  stepDurationsMs: v.array(positive),
  warmupSteps: count,
  batchSize: count,
  microbatchSize: v.exactOptional(count),
  imagesPerSecond: measured,
  peakBytes: positive,
  bytesBefore: v.exactOptional(positive),
  skippedCount: v.exactOptional(count),
  resumedAt: v.exactOptional(v.array(count)),
  durationMs: positive,
  startedAt: time,
  predictions: v.exactOptional(v.array(v.strictObject({ name: v.string(), labels: base64 }))),
  warnings,
});

const data = v.strictObject({
  name: v.string(),
  classes: count,
  classNames: names,
  generated: v.boolean(),
  trainingCount: count,
  validationCount: count,
  identity: v.string(),
});

const environment = v.strictObject({
  deno: v.string(),
  v8: v.string(),
  typescript: v.string(),
  tensorflowjs: v.string(),
  backend: v.string(),
  backendVersion: v.string(),
  os: v.string(),
  arch: v.string(),
  cpu: v.string(),
  instructionSets: v.exactOptional(v.string()),
  cores: count,
  memoryBytes: positive,
  oneDnn: v.exactOptional(v.boolean()),
  gpu: v.exactOptional(v.string()),
  commit: v.exactOptional(v.string()),
  dirty: v.exactOptional(v.boolean()),
});

const result = v.strictObject({
  schemaVersion: v.literal(schemaVersion),
  suite: v.string(),
  profile: v.string(),
  title: v.string(),
  config: v.record(v.string(), json),
  arms: v.array(v.strictObject({
    name: v.string(),
    label: v.string(),
    algorithms: names,
    description: v.string(),
  })),
  seeds: v.array(count),
  data,
  mainMetric: v.exactOptional(v.string()),
  constantPrediction: v.exactOptional(v.strictObject({
    class: count,
    mIoU: v.exactOptional(v.number()),
    top1: v.exactOptional(v.number()),
  })),
  overhead: v.exactOptional(v.array(v.strictObject({
    arm: v.string(),
    baseline: v.string(),
    pairs: v.array(v.strictObject({ baselineMs: duration, armMs: duration })),
  }))),
  environment,
  command: v.string(),
  createdAt: time,
  cells: v.array(cell),
  panels: v.array(v.strictObject({
    name: v.string(),
    width: count,
    height: count,
    image: base64,
    truth: base64,
  })),
  warnings,
});

/** Fails to compile unless the two types are each assignable to the other. */
type Same<A, B> = [A, B] extends [B, A] ? true : never;
const sameAsInterfaces: [
  Same<v.InferOutput<typeof cell>, CellRecord>,
  Same<Required<v.InferOutput<typeof cell>>, Required<CellRecord>>,
  Same<v.InferOutput<typeof result>, Result>,
  Same<Required<v.InferOutput<typeof result>>, Required<Result>>,
  Same<Required<v.InferOutput<typeof environment>>, Required<Environment>>,
] = [true, true, true, true, true];
void sameAsInterfaces;

/** The machine and the versions, for other records that hold them. */
export const environmentSchema: v.GenericSchema<unknown, Environment> = environment;

/**
 * The text of a `result.json` as a result.
 *
 * @param text JSON
 * @param file the file's name, for the error
 * @throws {UsageError} if it is no JSON, of another version, or a field is wrong: names the file,
 * the path of the field and what was wanted
 */
export function parseResult(text: string, file: string): Result {
  return parse(result, versioned(text, file), file);
}

/**
 * The text of a cell's file as a cell record; as {@linkcode parseResult}.
 *
 * @param text JSON
 * @param file the file's name, for the error
 */
export function parseCell(text: string, file: string): CellRecord {
  const { schemaVersion: _version, ...fields } = versioned(text, file);
  return parse(cell, fields, file);
}

function versioned(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read "${file}" as it is not JSON, perhaps truncated: ${reason}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(
      `Cannot read "${file}" as it must hold an object: it holds ${kind(value)}`,
    );
  }
  const record = value as Record<string, unknown>;
  if (record.schemaVersion !== schemaVersion) {
    throw new UsageError(
      `Cannot read "${file}" as schemaVersion must be ${schemaVersion}: current value is ` +
        `${JSON.stringify(record.schemaVersion)}; read it with the release that wrote it`,
    );
  }
  return record;
}

function kind(value: unknown): string {
  return Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown, file: string): T {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw new UsageError(`Cannot read "${file}" as ${complaint(parsed.issues[0])}`);
}

/** What valibot has no words for. */
const wanted: Record<string, string> = {
  integer: "a whole number",
  iso_timestamp: "a time in ISO 8601",
  base64: "base64",
};

function complaint(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "it";
  if (issue.type === "strict_object" && issue.expected === "never") {
    return `field ${path} is unknown: wanted only fields of schemaVersion ${schemaVersion}`;
  }
  if (issue.type === "strict_object" && issue.received === "undefined") {
    return `field ${path} is missing`;
  }
  const expected = issue.expected ?? wanted[issue.type] ?? "valid";
  return `${path} must be ${expected}: current value is ${issue.received}`;
}
