/**
 * Where a run keeps the weights that it trained, and what its record says of them.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { syncFile } from "../../datasets/durable.ts";
import { reasonOf } from "../../datasets/errors.ts";
import { exists, putAtomic, remove } from "../ground/files.ts";
import { cellName } from "./files.ts";
import { cellKey } from "./merge.ts";
import type { CellId, CellRecord } from "./cell.ts";
import type { AnyRecord } from "./kinds.ts";

/** Which weights of a cell can be kept: those of its last step, or of its best evaluation. */
export const whichWeights = ["last", "best"] as const;
export type WhichWeights = (typeof whichWeights)[number];

/** Which of them a run keeps. */
export const keepModes = ["last", "best", "both", "none"] as const;
export type KeepMode = (typeof keepModes)[number];

/** The weights that a mode keeps. */
export function keptBy(mode: KeepMode): readonly WhichWeights[] {
  return whichWeights.filter((which) => mode === "both" || mode === which);
}

/** The folder of all weights, in the run's. */
export const weightsFolder = "weights";

/**
 * Where the weights of a cell lie: `weights/<arm>-seed<seed>-<which>.safetensors`.
 *
 * @returns a path in the run's folder
 */
export function weightsPath(cell: CellId, which: WhichWeights): string {
  return `${weightsFolder}/${cellName(cell)}-${which}.safetensors`;
}

/** A run that is merged with others: its folder and its record. */
export interface MergedRun {
  folder: string;
  record: AnyRecord;
}

/**
 * Puts the weights that runs kept into the folder of their merge: as links to the same bytes, or as
 * copies where the file system has none.
 *
 * @returns what is missing, a line each
 */
export async function gatherWeights(
  runs: readonly MergedRun[],
  whole: AnyRecord,
  out: string,
): Promise<string[]> {
  const missing: string[] = [];
  for (const cell of cellsOf(whole)) {
    const keeper = runs.findLast(({ record }) => cellsOf(record).some((each) => isOf(each, cell)));
    for (const path of keeper === undefined ? [] : keptPaths(cell)) {
      const [from, to] = [join(keeper!.folder, path), join(out, path)];
      if (resolve(from) === resolve(to)) continue;
      if (!await exists(from)) { // nothing is begun in `out` for it
        missing.push(`${from}: there is no such file`);
        continue;
      }
      await putAtomic(
        to,
        (name) => Deno.link(from, name).catch(() => copy(from, name)),
      ).catch((error) => missing.push(`${from}: ${reasonOf(error)}`));
    }
  }
  return missing;
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.copyFile(from, to);
  await syncFile(to);
}

/** Programs that train nothing keep no weights. */
function cellsOf(record: AnyRecord): CellRecord[] {
  return record.kind === "cells" ? record.cells : [];
}

/** The same cell of the same run: a cell that ran twice is told apart by its start. */
function isOf(one: CellRecord, other: CellRecord): boolean {
  return cellKey(one) === cellKey(other) && one.startedAt === other.startedAt;
}

/** By the cell's name: a record from elsewhere may tell any path. */
function keptPaths(cell: CellRecord): string[] {
  return whichWeights.filter((which) => cell.weights?.[which] !== undefined)
    .map((which) => weightsPath(cell, which));
}

/** Removes weights of a cell that its record does not name: those of an earlier attempt. */
export async function removeStaleWeights(outDir: string, cell: CellRecord): Promise<void> {
  const kept = keptPaths(cell);
  for (const path of whichWeights.map((which) => weightsPath(cell, which))) {
    if (!kept.includes(path)) await remove(join(outDir, path));
  }
}
