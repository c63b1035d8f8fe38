/**
 * The JSON file of a checkpoint: what it holds beside the weights, and what the weights' file must
 * be like.
 *
 * @module
 */
import * as v from "valibot";
import type { CellId } from "../result.ts";
import type { SkippedImage } from "../task.ts";

/** What a cell needs to go on, beside what its Trainer keeps. */
export interface CellProgress {
  /** When it began, in ISO 8601. */
  startedAt: string;
  /** How long it ran so far, in ms. */
  durationMs: number;
  /** As in its record. */
  peakBytes: number;
  /** As in its record. */
  bytesBefore: number;
  /** The steps after which it was gone on with. */
  resumedAt: number[];
  /** Images that could not be read so far. */
  skipped: SkippedImage[];
  /** As in its record; a checkpoint of an earlier version does not tell. */
  initialWeights?: Record<string, string>;
  /** The length of its log, in bytes: what comes later is of steps that are taken again. */
  logBytes: number;
}

/** A checkpoint's JSON file. */
export interface Manifest {
  /** The version of this form. */
  formatVersion: 1;
  /** Whose checkpoint it is. */
  cell: CellId;
  /** Optimizer steps done. */
  step: number;
  /** The file with the weights. */
  weights: { file: string; byteLength: number; sha256: string };
  progress: CellProgress;
  /** The Trainer's state, which the Trainer itself checks. */
  state: object;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const size = v.pipe(v.number(), v.minValue(0));

const manifest = v.strictObject({
  formatVersion: v.literal(1),
  cell: v.strictObject({ arm: v.string(), seed: count, sweep: v.exactOptional(v.string()) }),
  step: count,
  weights: v.strictObject({ file: v.string(), byteLength: count, sha256: v.string() }),
  progress: v.strictObject({
    startedAt: v.pipe(v.string(), v.isoTimestamp()),
    durationMs: size,
    peakBytes: size,
    bytesBefore: size,
    resumedAt: v.array(count),
    skipped: v.array(v.strictObject({ name: v.string(), reason: v.string() })),
    initialWeights: v.exactOptional(v.record(v.string(), v.string())),
    logBytes: count,
  }),
  state: v.looseObject({}),
});

/**
 * The text of a manifest.
 *
 * @param text JSON
 * @returns the manifest; its `state` is any object
 * @throws {Error} if it is no JSON, cut off, or of another form
 */
export function parseManifest(text: string): Manifest {
  return v.parse(manifest, JSON.parse(text));
}
