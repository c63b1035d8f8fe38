/**
 * The record of `bench:scaling`: every duration of groups of workers that were timed beside each
 * other.
 *
 * @module
 */
import * as v from "valibot";
import { count, headOf, positive, time, warnings } from "./head.ts";
import { ready as readySubject } from "./timings.ts";

const { stepSize: _, ...readyEntries } = readySubject.entries;

/** What the first worker of a group says of itself. */
export const readyWorker = v.strictObject({
  ...readyEntries,
  /** Sizes of the all-reduces of a step, in the order in which they begin; of one worker none. */
  bucketBytes: v.array(count),
});

/**
 * What a group is asked for: the training step; the same on each worker at the same time, without the
 * others; the step's all-reduces, with nothing else to do.
 */
export const work = v.picklist(["step", "compute", "all-reduce"]);

/** One list a worker, in the order of their ranks, each with a duration a step. */
const workersMs = v.array(v.array(positive));

const block = v.strictObject({
  work,
  round: count,
  /** Whether the groups ran in their order, or back. */
  leg: v.picklist(["there", "back"]),
  workersMs,
  /** The processor's time that each worker took for all of its steps together, of all its threads. */
  processorMs: v.array(positive),
  /** What each worker sent through its TCP connections; where the system counts it. */
  sentBytes: v.exactOptional(v.array(count)),
});

const groupFacts = v.strictObject({
  /** The name on the command line and in result files. */
  name: v.string(),
  label: v.string(),
  engine: v.picklist(["tensorflow", "pytorch"]),
  /** What the convolutions use as kernels. */
  kernels: v.picklist(["plain", "ws", "timm"]),
  /** How PyTorch runs it; always channels last. */
  form: v.exactOptional(v.picklist(["compiled"])),
});

const group = v.strictObject({
  ...groupFacts.entries,
  status: v.picklist(["done", "failed", "not run"]),
  error: v.exactOptional(v.string()),
  ready: v.exactOptional(readyWorker),
  blocks: v.array(block),
  /** All-reduces of one bucket, by its size. */
  transfers: v.array(v.strictObject({ bytes: count, workersMs })),
  /** The first worker's last loss. */
  value: v.exactOptional(v.number()),
  /** The most that a worker's process ever held, by rank. */
  peakBytes: v.exactOptional(v.array(positive)),
});

const row = v.strictObject({
  /** `depth` and `workers`. */
  values: v.strictObject({ depth: count, workers: v.pipe(count, v.minValue(1)) }),
  createdAt: time,
  complete: v.boolean(),
  /** The core of each worker, by rank; none where processes could not be bound to cores. */
  cores: v.exactOptional(v.array(count)),
  /** Whether there are more workers than cores: they wait for each other's turns. */
  oversubscribed: v.boolean(),
  /** In the order in which they ran. */
  groups: v.array(group),
  warnings,
});

export const scalingRecord = v.strictObject({
  ...headOf("scaling"),
  /** What was measured so far, each row in processes of its own. */
  rows: v.array(row),
});

/** What `result.json` holds where groups of workers were timed. */
export type ScalingRecord = v.InferOutput<typeof scalingRecord>;

/** Groups of as many workers, timed beside each other. */
export type ScalingRow = v.InferOutput<typeof row>;

/** One group's figures. */
export type GroupRecord = v.InferOutput<typeof group>;

/** What tells one group from another. */
export type GroupFacts = v.InferOutput<typeof groupFacts>;

/** What a group is asked for. */
export type GroupWork = v.InferOutput<typeof work>;

/** What a worker is, once it can work. */
export type ReadyWorker = v.InferOutput<typeof readyWorker>;
