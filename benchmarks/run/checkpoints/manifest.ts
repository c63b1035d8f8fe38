/**
 * The JSON file of a checkpoint: what it holds beside the weights, and what the weights' file must
 * be like.
 *
 * @module
 */
import * as v from "valibot";
import { reasonOf } from "../../../datasets/errors.ts";
import { sha256 } from "../../ground/sha256.ts";
import { cell } from "../../record/cell.ts";
import { count, positive, time } from "../../record/head.ts";

const progress = v.strictObject({
  startedAt: time,
  durationMs: positive,
  /** As in its record. */
  peakBytes: positive,
  /** As in its record. */
  bytesBefore: positive,
  /** The steps after which it was resumed. */
  resumedAt: v.array(count),
  /** Images that could not be read so far. */
  skipped: v.array(v.strictObject({ name: v.string(), reason: v.string() })),
  /** As in its record; a checkpoint of an earlier version lacks it. */
  initialWeights: cell.entries.initialWeights,
  /** As in its record, up to there. */
  smoothness: cell.entries.smoothness,
  /** The length of its log, in bytes: later lines are of steps that are taken again. */
  logBytes: count,
});

const schema = v.strictObject({
  /** The version of this form: from 2 on with a hash. */
  formatVersion: v.picklist([1, 2]),
  /** Whose checkpoint it is. */
  cell: v.strictObject({ arm: v.string(), seed: count }),
  /** Optimizer steps done. */
  step: count,
  weights: v.strictObject({ file: v.string(), byteLength: count, sha256: v.string() }),
  progress,
  /** The Trainer's state, which the Trainer itself checks. */
  state: v.looseObject({}),
});

/** What a cell needs to continue, besides its Trainer's state. */
export type CellProgress = v.InferOutput<typeof progress>;

/** A checkpoint's JSON file. */
export type Manifest = Omit<v.InferOutput<typeof schema>, "state"> & { state: object };

/** What stands before the hash, without its closing brace; the hash; and nothing behind. */
const hashed = /^(\{.*),"sha256":"([0-9a-f]{64})"\}\n$/s;

/**
 * A manifest as a file: JSON in one line, whose last member is the SHA-256 of the JSON without it.
 */
export async function manifestText(manifest: Manifest): Promise<string> {
  const json = JSON.stringify(manifest);
  return `${json.slice(0, -1)},"sha256":"${await sha256(new TextEncoder().encode(json))}"}\n`;
}

/**
 * Reads what {@linkcode manifestText} wrote.
 *
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
