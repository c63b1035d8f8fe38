/**
 * Whether files of weights are those of the model that names them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { jsonOf } from "../check.ts";
import { byteWidth } from "../models/weight_bytes.ts";
import type * as tf from "../tf.ts";
import { besides } from "./atomic.ts";

type ManifestGroup = tf.io.WeightsManifestConfig[number];

/** Files of weights, as a model.json lists them. */
export interface WeightsGroup extends ManifestGroup {
  /** The hash of what they hold together. Others write none, and pass over it. */
  sha256?: string;
}

/**
 * Checks that a manifest lists files and weights.
 *
 * @param manifest what model.json has
 * @param path that of model.json
 * @throws {TypeError} if it doesn't
 */
export function checkManifest(manifest: unknown, path: string): void {
  const groups = Array.isArray(manifest) ? manifest : [null];
  const damaged = groups.find((group) => !isGroup(group));
  if (damaged === undefined) return;
  const seen = jsonOf(Array.isArray(manifest) ? damaged : manifest, 60);
  throw new TypeError(
    `Cannot load a model from ${path} as its weightsManifest must be a list of { paths: [names], ` +
      `weights: [{ name, shape, dtype }] }: it has ${seen}; save the model again`,
  );
}

function isGroup(group: Partial<WeightsGroup> | null): boolean {
  const { paths, weights, sha256 = "" } = group ?? {};
  return typeof sha256 === "string" && Array.isArray(paths) &&
    paths.every((name) => typeof name === "string") &&
    Array.isArray(weights) && weights.every(isSpec);
}

function isSpec(spec: Partial<tf.io.WeightsManifestEntry> | null): boolean {
  const { name, shape, dtype } = spec ?? {};
  const isSize = (size: unknown) => Number.isSafeInteger(size) && size as number >= 0;
  return typeof name === "string" && typeof dtype === "string" && Array.isArray(shape) &&
    shape.every(isSize);
}

/**
 * The hash of what files hold together.
 *
 * @param parts their content
 * @returns SHA-256 in hexadecimal
 */
export function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * Checks that the weights are those that the model was saved with: others of the same shapes, of
 * another training say, would be loaded without a word.
 *
 * @param group what model.json says of them
 * @param parts the files' content
 * @param path that of model.json
 * @throws {TypeError} if the hash is another one
 */
export async function checkHash(
  { paths, sha256 }: WeightsGroup,
  parts: readonly Uint8Array[],
  path: string,
): Promise<void> {
  const seen = hashOf(parts);
  if (sha256 === undefined || sha256 === seen) return;
  const unfinished = await unfinishedModel(path, seen);
  const advice = unfinished === undefined
    ? "copy both files of one model, or save it again"
    : `the program was stopped while it saved, and the weights are those of ${unfinished}: rename ` +
      `that to ${basename(path)}`;
  throw new TypeError(
    `Cannot load a model from ${path} as ${
      paths.join(", ")
    } must hold the weights that it was saved ` +
      `with, of SHA-256 ${sha256}: theirs is ${seen}; ${advice}`,
  );
}

/** A model.json that a killed program left beside its place, whose weights are in theirs. */
async function unfinishedModel(path: string, sha256: string): Promise<string | undefined> {
  for (const name of await besides(path)) {
    const text = await readFile(join(dirname(path), name), "utf8");
    if (text.includes(sha256)) return name;
  }
  return undefined;
}

/**
 * Checks that the weights are neither cut off nor too many; those of strings have lengths of their
 * own, which TensorFlow.js checks.
 *
 * @param specs the weights
 * @param length bytes that are there
 * @param path that of model.json
 * @throws {TypeError} if the bytes are not as many as the weights take
 */
export function checkLength(
  specs: readonly tf.io.WeightsManifestEntry[],
  length: number,
  path: string,
): void {
  const wanted = specs.reduce(
    (sum, { shape, dtype, quantization }) =>
      sum +
      shape.reduce((size, extent) => size * extent, byteWidth(quantization?.dtype ?? dtype) ?? NaN),
    0,
  );
  if (Number.isNaN(wanted) || length === wanted) return;
  throw new TypeError(
    `Cannot load a model from ${path} as its weights must take ${wanted} bytes: the files have ` +
      `${length}; they are cut off, or another model's`,
  );
}
