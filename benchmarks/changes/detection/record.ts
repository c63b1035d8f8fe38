/**
 * `detection.json`: how often `bench:compare` finds what it should, and what it should not.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../../ground/errors.ts";
import type { MetricRecord, Verdict } from "../record.ts";
import type { Scores } from "../quality_metric.ts";
import type { Pool } from "./draws.ts";

/** The version of the records that this code writes, and the only one that it reads. */
export const schemaVersion = 1;

/** What the head of a timed comparison was. */
export type TimeCondition = "same code" | "slower by 10 %";

/** A comparison of times. */
export interface TimeTrial {
  condition: TimeCondition;
  /** The worst verdict of its metrics. */
  verdict: Verdict;
  metrics: Pick<MetricRecord, "name" | "change" | "verdict" | "interval">[];
  /** Codes of its warnings. */
  warnings: string[];
  durationMs: number;
}

/** What `detection.json` holds. */
export interface DetectionRecord {
  schemaVersion: typeof schemaVersion;
  kind: "detection";
  /** The commit that was compared with itself. */
  commit: string;
  environment: Record<string, string | number | boolean>;
  /** Blocks, works and tolerances. */
  config: Record<string, string | number | boolean>;
  /** The command that repeats it. */
  command: string;
  /** ISO 8601. */
  createdAt: string;
  times: TimeTrial[];
  /** Scores of the quick suite; without it quality was not tried. */
  pool?: Pool;
}

const verdict = v.picklist(["regression", "improvement", "unchanged", "inconclusive"]);
const facts = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));
const interval = v.strictObject({ low: v.number(), high: v.number(), level: v.number() });
const scores: v.GenericSchema<unknown, Scores> = v.strictObject({
  seeds: v.array(v.number()),
  scores: v.array(v.number()),
});

const schema: v.GenericSchema<unknown, DetectionRecord> = v.strictObject({
  schemaVersion: v.literal(schemaVersion),
  kind: v.literal("detection"),
  commit: v.string(),
  environment: facts,
  config: facts,
  command: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  times: v.array(v.strictObject({
    condition: v.picklist(["same code", "slower by 10 %"]),
    verdict,
    metrics: v.array(v.strictObject({
      name: v.string(),
      change: v.number(),
      verdict,
      interval: v.exactOptional(interval),
    })),
    warnings: v.array(v.string()),
    durationMs: v.number(),
  })),
  pool: v.exactOptional(v.strictObject({ base: scores, head: scores })),
});

/**
 * The text of a `detection.json` as a record.
 *
 * @param text JSON
 * @param file the file's name, for the error
 * @throws {UsageError} if it is no JSON or has a wrong field
 */
export function parseDetection(text: string, file: string): DetectionRecord {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read "${file}": ${reason}`, { cause: error });
  }
}
