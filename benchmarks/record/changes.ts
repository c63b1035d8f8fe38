/**
 * The record of `bench:compare`: what two versions were measured at, and the verdicts.
 *
 * @module
 */
import * as v from "valibot";
import { count, headOf, positive } from "./head.ts";

/** One of something for each of the two versions that are compared. */
export interface Sides<T> {
  base: T;
  head: T;
}

export function sides<T>(of: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, Sides<T>> {
  return v.strictObject({ base: of, head: of });
}

export const verdict = v.picklist(["regression", "improvement", "unchanged", "inconclusive"]);

export const interval = v.strictObject({
  low: v.number(),
  high: v.number(),
  /** How often such intervals hold the true value, such as 0.95. */
  level: v.number(),
});

/** An interval of an estimate. */
export type Interval = v.InferOutput<typeof interval>;

const family = v.picklist(["time", "overhead", "quality"]);

export const metric = v.strictObject({
  /** The name, such as `train-ws` or `ade20k.mIoU`. */
  name: v.string(),
  label: v.string(),
  family,
  /** Of `base` and `head`. */
  unit: v.picklist(["ms", "%", "points"]),
  /** The base's median of times, mean of quality. */
  base: v.number(),
  /** The head's. */
  head: v.number(),
  /** From base to head: in percent of the base's time, or in points. */
  change: v.number(),
  /** Of the change; none where there are too few values. */
  interval: v.exactOptional(interval),
  /** One-sided, against a change for the worse by no more than the tolerance; Holm's within the family. */
  pValue: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  /** Changes up to here do not matter, in the change's unit. */
  tolerance: positive,
  /** Pairs of blocks or seeds, or values of the smaller side where they do not pair. */
  n: count,
  /** Whether each value of the base belongs to one of the head. */
  paired: v.boolean(),
  verdict,
  reason: v.string(),
  /** What the change was computed from: a value for each block or seed. */
  values: sides(v.array(v.number())),
  /** Every step in ms, a list for each block, in the order in which they ran. */
  durationsMs: v.exactOptional(sides(v.array(v.array(positive)))),
  seeds: v.exactOptional(sides(v.array(count))),
});

const version = v.strictObject({
  /** What was asked for: a commit's name, or a file. */
  name: v.string(),
  commit: v.exactOptional(v.string()),
  /** Whether there were changes that are not committed. */
  dirty: v.exactOptional(v.boolean()),
});

export const changesRecord = v.strictObject({
  ...headOf("changes"),
  /** Two commits, run in turn; or two results that were stored. */
  mode: v.picklist(["commits", "stored"]),
  versions: sides(version),
  durationMs: positive,
  /** The worst of the metrics' verdicts: regression, inconclusive, improvement, unchanged. */
  verdict,
  metrics: v.array(metric),
});

/** What `result.json` holds where two versions were compared. */
export type ChangesRecord = v.InferOutput<typeof changesRecord>;

/** One metric of both versions. */
export type MetricRecord = v.InferOutput<typeof metric>;

/** One of two versions. */
export type VersionRecord = v.InferOutput<typeof version>;

/** What a metric's interval says, the tolerance considered. */
export type Verdict = v.InferOutput<typeof verdict>;

/** What may be alarmed about together: Holm's correction is over the metrics of one. */
export type Family = v.InferOutput<typeof family>;
