/**
 * The record of `bench:overhead`: every duration of subjects that were timed beside each other.
 *
 * @module
 */
import * as v from "valibot";
import { count, headOf, positive, texts, time, warnings } from "./head.ts";

const stepSize = v.strictObject({
  /** Of the kernels that weight standardization standardizes, or would: 4 for each number. */
  kernelBytes: count,
  /** Of one forward pass: of each kernel, batch · output pixels · its numbers. */
  multiplyAdds: count,
});

export const ready = v.strictObject({
  /** Versions of what computes, by name. */
  versions: v.record(v.string(), v.string()),
  parameterCount: v.pipe(count, v.minValue(1)),
  /** Threads that it computes with. */
  threads: v.pipe(count, v.minValue(1)),
  /** Of this library on `tensorflow`: whether it computes with oneDNN. */
  oneDnn: v.exactOptional(v.boolean()),
  /** Of this library: what its step has to do, from which the law of the overhead is fitted. */
  stepSize: v.exactOptional(stepSize),
  note: v.exactOptional(v.string()),
});

/** Steps of a subject at its turn. */
const block = v.strictObject({
  round: count,
  /** Whether the subjects ran in their order, or back. */
  leg: v.picklist(["there", "back"]),
  durationsMs: v.array(positive),
});

const subjectFacts = v.strictObject({
  /** The name on the command line and in result files. */
  name: v.string(),
  label: v.string(),
  /** What runs the step: a TensorFlow.js backend, or a peer's framework. */
  engine: v.string(),
  /** Whether each operation is dispatched by itself, or the step runs as one function. */
  mode: v.picklist(["eager", "captured"]),
  /** A training step, or a forward pass. */
  work: v.picklist(["train", "infer"]),
  /**
   * What the convolutions use as kernels; `generic` is weight standardization by TensorFlow.js's own
   * operations, `ws` by this library's.
   */
  kernels: v.picklist(["plain", "ws", "generic", "baked", "composer", "timm"]),
  /** How PyTorch runs it; without one by its default, channels first. */
  form: v.exactOptional(v.picklist(["channels-last", "compiled"])),
  /** Values of the profile that it replaces. */
  settings: v.exactOptional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  /** TensorFlow's own kernels compute, not oneDNN's; without one as everywhere else. */
  oneDnn: v.exactOptional(v.literal(false)),
  /**
   * Names of subjects that its time is set in relation to. Where that is another framework, its
   * fastest form that was timed stands for all.
   */
  comparedTo: texts,
});

const subject = v.strictObject({
  ...subjectFacts.entries,
  /** A subject that failed keeps what it did before; one that was not run lacks something here. */
  status: v.picklist(["done", "failed", "not run"]),
  error: v.exactOptional(v.string()),
  ready: v.exactOptional(ready),
  /** Steps before the first round, in ms: the first ones record and compile. */
  warmupMs: v.array(positive),
  blocks: v.array(block),
  /** The last loss, or mean of logits. */
  value: v.exactOptional(v.number()),
  peakBytes: v.exactOptional(positive),
  /**
   * How many tensors TensorFlow.js held after the warm-up, and after the last round where that was
   * reached: as many after as before. Peers have none.
   */
  tensors: v.exactOptional(v.strictObject({ before: count, after: v.exactOptional(count) })),
});

const row = v.strictObject({
  /** What the row replaces in the profile; nothing where nothing is swept. */
  values: v.record(v.string(), v.number()),
  /** When it was done. */
  createdAt: time,
  complete: v.boolean(),
  /** In the order in which they ran. */
  subjects: v.array(subject),
  /** What a reader should know of the timings and the machine; the oldest records have none. */
  warnings: v.exactOptional(warnings),
});

export const timingsRecord = v.strictObject({
  ...headOf("timings"),
  /** Values that are swept, by key of the profile: each combination is a row. */
  sweep: v.exactOptional(v.record(v.string(), v.array(v.number()))),
  /** What was measured so far, each row in processes of its own; without a sweep at most one. */
  rows: v.array(row),
});

/** What `result.json` holds where steps were timed. */
export type TimingsRecord = v.InferOutput<typeof timingsRecord>;

/** What a step has to do. */
export type StepSize = v.InferOutput<typeof stepSize>;

/** Subjects that were timed beside each other, in processes of their own. */
export type RowRecord = v.InferOutput<typeof row>;

/** What a measurement says: that of a row, wherever it stands. */
export type Measurement = Omit<RowRecord, "values" | "createdAt">;

/** Values that a sweep goes through, by key of the profile. */
export type Sweep = NonNullable<TimingsRecord["sweep"]>;

/** What tells one subject from another. */
export type SubjectFacts = v.InferOutput<typeof subjectFacts>;

/** One subject's figures. */
export type SubjectRecord = v.InferOutput<typeof subject>;

/** What a subject is, once it can work. */
export type Ready = v.InferOutput<typeof ready>;

/** A row with all of the profile's values. */
export interface ConfiguredRow extends Measurement {
  values: RowRecord["values"];
  /** The profile's values as the row was run. */
  config: TimingsRecord["config"];
}

/** What was measured, row by row. */
export function measuredRows({ rows, config }: TimingsRecord): ConfiguredRow[] {
  return rows.map((row) => ({ ...row, config: { ...config, ...row.values } }));
}
