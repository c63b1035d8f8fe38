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
import { cell } from "../../record/cell.ts";
import { count, environment, json, positive, texts, time } from "../../record/head.ts";

/** The version of the lines that this code writes. */
export const logVersion = 1;

const measured = v.nullable(v.number());

const line = {
  time,
  /** The arm's name. */
  arm: v.string(),
  /** The seed of initial weights, batches and augmentation. */
  seed: count,
  /** Optimizer steps done. */
  step: count,
  /** Epochs passed, with a fraction. */
  epoch: positive,
};

/** A line of a log. */
export const logSchema = v.variant("event", [
  v.strictObject({
    ...line,
    event: v.literal("init"),
    formatVersion: v.literal(logVersion),
    suite: v.string(),
    profile: v.string(),
    /** The profile's values as run. */
    config: v.record(v.string(), json),
    /** What the arm changes, in words. */
    algorithms: texts,
    /** What the algorithms reported about themselves, such as a count of layers. */
    hyperparameters: v.record(v.string(), v.union([v.string(), v.number()])),
    /** The seeds of the whole run. */
    seeds: v.array(count),
    data: v.strictObject({
      name: v.string(),
      identity: v.string(),
      trainingCount: count,
      validationCount: count,
    }),
    environment,
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
    stepDurationMs: positive,
    /** How long it waited for its batch. */
    waitDurationMs: positive,
  }),
  v.strictObject({ ...line, event: v.literal("evalEnd"), metrics: v.record(v.string(), measured) }),
  v.strictObject({
    ...line,
    event: v.literal("cellEnd"),
    status: cell.entries.status,
    error: v.exactOptional(v.string()),
  }),
]);

/** A line of a log. */
export type LogRecord = v.InferOutput<typeof logSchema>;

/** What every line has. */
export type LogLine = Pick<LogRecord, keyof typeof line>;

/** Of each of several forms, what is its own. */
type Own<T> = T extends unknown ? Omit<T, keyof LogLine> : never;

/** What a run was made of. */
export type LogHeader = Own<Extract<LogRecord, { event: "init" }>>;

/** What happened. */
export type LogEvent = Own<Exclude<LogRecord, { event: "init" }>>;
