/**
 * The lines of a cell's log, `<out>/logs/<cell>.jsonl`: each a JSON object with `time`, `event`,
 * `arm`, `seed`, `step` and `epoch`. The first, `init`, holds all that decides the course: seeds,
 * configuration, data and environment. Then come, in order of time,
 *
 * | event | tells |
 * | --- | --- |
 * | `fitStart` | training begins, or goes on after `step` where it was resumed |
 * | `stepEnd` | loss, learning rate and durations of an optimizer step; each step once |
 * | `evalEnd` | the metrics of an evaluation |
 * | `checkpoint` | a checkpoint is on the disk |
 * | `cellEnd` | how the cell ended |
 *
 * A number that is not finite is `null`.
 *
 * @module
 */
import * as v from "valibot";
import type { CellStatus, Environment, Json } from "../../record/mod.ts";
import { environmentSchema, json } from "../../record/schema.ts";

/** The version of the lines that this code writes. */
export const logVersion = 1;

/** What every line has. */
export interface LogLine {
  /** ISO 8601. */
  time: string;
  /** The arm's name. */
  arm: string;
  /** The seed of initial weights, batches and augmentation. */
  seed: number;
  /** The row of the sweep. */
  sweep?: string;
  /** Optimizer steps done. */
  step: number;
  /** Epochs passed, with a fraction. */
  epoch: number;
}

/** What a run was made of. */
export interface LogHeader {
  event: "init";
  formatVersion: typeof logVersion;
  suite: string;
  profile: string;
  /** The profile's values as run. */
  config: Record<string, Json>;
  /** What the arm changes, in words. */
  algorithms: string[];
  /** What the algorithms told of themselves, such as a count of layers. */
  hyperparameters: Record<string, string | number>;
  /** The seeds of the whole run. */
  seeds: number[];
  data: { name: string; identity: string; trainingCount: number; validationCount: number };
  environment: Environment;
  command: string;
  totalSteps: number;
  stepsPerEpoch: number;
  batchSize: number;
  microbatchSize?: number;
  parameterCount: number;
}

/** What happened. */
export type LogEvent =
  | { event: "fitStart" | "checkpoint" }
  | {
    event: "stepEnd";
    loss: number | null;
    learningRate: number | null;
    stepDurationMs: number;
    /** How long it waited for its batch. */
    waitDurationMs: number;
  }
  | { event: "evalEnd"; metrics: Record<string, number | null> }
  | { event: "cellEnd"; status: CellStatus; error?: string };

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const measured = v.nullable(v.number());
const line = {
  time: v.pipe(v.string(), v.isoTimestamp()),
  arm: v.string(),
  seed: count,
  sweep: v.exactOptional(v.string()),
  step: count,
  epoch: v.pipe(v.number(), v.minValue(0)),
};

const schema = v.variant("event", [
  v.strictObject({
    ...line,
    event: v.literal("init"),
    formatVersion: v.literal(logVersion),
    suite: v.string(),
    profile: v.string(),
    config: v.record(v.string(), json),
    algorithms: v.array(v.string()),
    hyperparameters: v.record(v.string(), v.union([v.string(), v.number()])),
    seeds: v.array(count),
    data: v.strictObject({
      name: v.string(),
      identity: v.string(),
      trainingCount: count,
      validationCount: count,
    }),
    environment: environmentSchema,
    command: v.string(),
    totalSteps: count,
    stepsPerEpoch: count,
    batchSize: count,
    microbatchSize: v.exactOptional(count),
    parameterCount: count,
  }),
  v.strictObject({ ...line, event: v.picklist(["fitStart", "checkpoint"]) }),
  v.strictObject({
    ...line,
    event: v.literal("stepEnd"),
    loss: measured,
    learningRate: measured,
    stepDurationMs: v.pipe(v.number(), v.minValue(0)),
    waitDurationMs: v.pipe(v.number(), v.minValue(0)),
  }),
  v.strictObject({
    ...line,
    event: v.literal("evalEnd"),
    metrics: v.record(v.string(), measured),
  }),
  v.strictObject({
    ...line,
    event: v.literal("cellEnd"),
    status: v.picklist(["done", "failed", "broken", "interrupted"]),
    error: v.exactOptional(v.string()),
  }),
]);

/** A line of a log. */
export type LogRecord = LogLine & (LogHeader | LogEvent);

/**
 * A line of a log, held against the schema.
 *
 * @param text JSON
 * @throws {Error} if it is no JSON, or a field is missing, wrong or unknown
 */
export function parseLine(text: string): LogRecord {
  return v.parse(schema, JSON.parse(text));
}
