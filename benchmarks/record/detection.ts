/**
 * The record of `bench:detection`: how often `bench:compare` finds what it should, and what it should
 * not. It is no comparison of two versions but many, whose outcome is known beforehand.
 *
 * @module
 */
import * as v from "valibot";
import { interval, metric, sides, verdict } from "./changes.ts";
import { headOf, texts } from "./head.ts";

const { name, change } = metric.entries;

const trial = v.strictObject({
  /** What the head was. */
  condition: v.picklist(["same code", "slower by 10 %"]),
  verdict,
  metrics: v.array(v.strictObject({ name, change, verdict, interval: v.exactOptional(interval) })),
  /** Codes of its warnings. */
  warnings: texts,
  durationMs: v.number(),
});

const scores = v.strictObject({ seeds: v.array(v.number()), scores: v.array(v.number()) });
const pool = sides(scores);

export const detectionRecord = v.strictObject({
  ...headOf("detection"),
  times: v.array(trial),
  /** Scores of the quick suite, of the same seeds; without it quality was not tried. */
  pool: v.exactOptional(pool),
});

/** What `result.json` holds where `bench:compare` was tried; its commit is in `environment`. */
export type DetectionRecord = v.InferOutput<typeof detectionRecord>;

/** A comparison of times. */
export type TimeTrial = v.InferOutput<typeof trial>;

/** What the head of a timed comparison was. */
export type TimeCondition = TimeTrial["condition"];

/** A score of each seed, higher is better. */
export type Scores = v.InferOutput<typeof scores>;

/** Scores with and without the drop, of the same seeds. */
export type Pool = v.InferOutput<typeof pool>;
