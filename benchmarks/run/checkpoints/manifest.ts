/**
 * The JSON file of a checkpoint: what it holds beside the weights, and what the weights' file must
 * be like.
 *
 * @module
 */
import * as v from "valibot";
import { reasonOf } from "../../../datasets/errors.ts";
import type { CellId } from "../../record/mod.ts";
import type { SkippedImage } from "../../tasks/task.ts";
import { sha256 } from "./sha256.ts";

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
  /** The version of this form: from 2 on with a hash. */
  formatVersion: 1 | 2;
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

const schema = v.strictObject({
  formatVersion: v.picklist([1, 2]),
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

/** What stands before the hash, without its closing brace; the hash; and nothing behind. */
const hashed = /^(\{.*),"sha256":"([0-9a-f]{64})"\}\n$/s;

/**
 * A manifest as a file: JSON in one line, whose last member is the SHA-256 of the JSON without it.
 *
 * @param manifest the manifest
 */
export async function manifestText(manifest: Manifest): Promise<string> {
  const json = JSON.stringify(manifest);
  return `${json.slice(0, -1)},"sha256":"${await sha256(new TextEncoder().encode(json))}"}\n`;
}

/**
 * Reads what {@linkcode manifestText} wrote.
 *
 * @param bytes the file
 * @returns the manifest, its `state` any object; and whether it has a hash: those of version 1 had
 * none, and are as good as their JSON
 * @throws {Error} if it is cut off, was changed, or is of another form
 */
export async function parseManifest(
  bytes: Uint8Array,
): Promise<{ manifest: Manifest; isHashed: boolean }> {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const [, members, hash] = hashed.exec(text) ?? [];
  const json = members === undefined ? text : `${members}}`;
  if (hash !== undefined && await sha256(new TextEncoder().encode(json)) !== hash) {
    throw new Error(`it must have the SHA-256 ${hash}, which it names: it was changed`);
  }
  const manifest = v.parse(schema, parseJson(json));
  if (hash === undefined && manifest.formatVersion > 1) {
    throw new Error("it must end with its SHA-256: it was cut off or changed");
  }
  return { manifest, isHashed: hash !== undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is no JSON, cut off or changed (${reasonOf(error)})`, { cause: error });
  }
}
