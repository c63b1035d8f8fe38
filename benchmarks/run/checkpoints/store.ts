/**
 * Checkpoints of one cell on disk, `<out>/checkpoints/<cell>/step-00000120.safetensors` and `.json`.
 * The JSON comes last and tells the other's length and SHA-256, and its own: without it, or where they
 * differ, there is no checkpoint. The formats are safetensors' and JSON's own, so that a model can be taken
 * out of a run by any program that reads them.
 *
 * @module
 */
import { join } from "node:path";
import { reasonOf } from "../../../datasets/errors.ts";
import type { Checkpoint } from "../../../src/training/checkpoints/checkpoint.ts";
import { listFolder, remove, removeTemporaries, writeAtomic } from "../../ground/files.ts";
import { oneLine } from "../../ground/format.ts";
import { type CellId, cellName } from "../../record/mod.ts";
import { type CellProgress, type Manifest, manifestText, parseManifest } from "./manifest.ts";
import { sha256 } from "../../ground/sha256.ts";

/** A cell as it was after some step. */
export interface SavedCell {
  /** Optimizer steps done. */
  step: number;
  /** What its Trainer restores. */
  checkpoint: Checkpoint;
  /** What its record and its log continue from. */
  progress: CellProgress;
}

export interface CheckpointStore {
  /**
   * Writes a checkpoint, and then removes all but the newest ones.
   *
   * @throws {UsageError} if it cannot be written, e.g. as the disk is full: those before it stay
   */
  save(saved: SavedCell): Promise<void>;
  /**
   * The newest checkpoint that is whole.
   *
   * @param warn gets a line about each that is not, and about one that an older version wrote
   */
  newest(warn: (line: string) => void): Promise<SavedCell | undefined>;
  /** Removes them all, as the cell's record stands for them, and the folder of all cells' once empty. */
  remove(): Promise<void>;
}

/**
 * The checkpoints of one cell.
 *
 * @param keep how many checkpoints are kept, >= 1
 */
export function checkpointStore(outDir: string, cell: CellId, keep: number): CheckpointStore {
  const all = join(outDir, "checkpoints");
  const folder = join(all, cellName(cell));
  return {
    async save(saved) {
      await write(folder, cell, saved);
      await prune(folder, saved.step, keep);
    },
    newest: (warn) => newest(folder, warn),
    async remove() {
      await remove(folder);
      if ((await listFolder(all)).length === 0) await remove(all);
    },
  };
}

async function write(
  folder: string,
  cell: CellId,
  { step, checkpoint: { weights, state }, progress }: SavedCell,
): Promise<void> {
  const name = `step-${String(step).padStart(8, "0")}`;
  const file = `${name}.safetensors`;
  const manifest: Manifest = {
    formatVersion: 2,
    cell: { arm: cell.arm, seed: cell.seed },
    step,
    weights: { file, byteLength: weights.length, sha256: await sha256(weights) },
    progress,
    state,
  };
  await writeAtomic(join(folder, file), weights);
  await writeAtomic(join(folder, `${name}.json`), await manifestText(manifest));
}

/** Checkpoints of later steps could not be read, so their course was abandoned: they go too. */
async function prune(folder: string, step: number, keep: number): Promise<void> {
  const files = (await listFolder(folder)).map(({ name }) => name);
  const past = manifestsIn(files).map(stepOf).filter((each) => each <= step);
  const kept = past.sort((a, b) => b - a).slice(0, keep);
  const dropped = files.filter((name) =>
    !Number.isNaN(stepOf(name)) && !kept.includes(stepOf(name))
  );
  for (const name of dropped) await Deno.remove(join(folder, name));
  await removeTemporaries(folder);
}

async function newest(
  folder: string,
  warn: (line: string) => void,
): Promise<SavedCell | undefined> {
  const names = manifestsIn((await listFolder(folder)).map(({ name }) => name));
  for (const name of names.sort((a, b) => stepOf(b) - stepOf(a))) {
    try {
      return await read(folder, name, warn);
    } catch (error) {
      const reason = oneLine(reasonOf(error));
      warn(`the checkpoint ${join(folder, name)} is passed over: ${reason}`);
    }
  }
  return undefined;
}

async function read(
  folder: string,
  name: string,
  warn: (line: string) => void,
): Promise<SavedCell> {
  const { manifest, isHashed } = await parseManifest(await Deno.readFile(join(folder, name)));
  const { step, weights: { file, byteLength, sha256: wanted }, progress, state } = manifest;
  const weights = await Deno.readFile(join(folder, file));
  if (weights.length !== byteLength) {
    throw new Error(`${file} must be ${byteLength} bytes long: it is ${weights.length}`);
  }
  if (await sha256(weights) !== wanted) {
    throw new Error(`${file} must have the SHA-256 ${wanted}: it was changed`);
  }
  if (!isHashed) {
    warn(
      `the checkpoint ${join(folder, name)} is of an older version: that it is whole is not known`,
    );
  }
  return { step, progress, checkpoint: { weights, state: state as Checkpoint["state"] } }; // the Trainer checks it
}

function manifestsIn(names: readonly string[]): string[] {
  return names.filter((name) => !Number.isNaN(stepOf(name)) && name.endsWith(".json"));
}

/** NaN where the file is no checkpoint's. */
function stepOf(name: string): number {
  return Number(/^step-(\d+)\.(safetensors|json)$/.exec(name)?.[1] ?? NaN);
}
