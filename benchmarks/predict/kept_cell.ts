/**
 * Which weights of a run predict.
 *
 * @module
 */
import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { exists } from "../ground/files.ts";
import { sha256 } from "../ground/sha256.ts";
import {
  type CellRecord,
  type KeptWeights,
  type Result,
  weightsPath,
  type WhichWeights,
  whichWeights,
} from "../record/mod.ts";
import type { PredictAsked } from "./options.ts";

/** The part of a command line that selects a cell and its weights. */
type CellAsked = Pick<PredictAsked, "run" | "arm" | "seed" | "which">;

/** A cell with weights that it kept. */
export interface KeptCell {
  cell: CellRecord;
  which: WhichWeights;
  weights: KeptWeights;
}

/**
 * The cell that is asked for.
 *
 * @throws {UsageError} if the run has no such cell, or the cell kept no such weights
 */
export function keptCell(
  { arms, cells }: Result,
  asked: CellAsked,
): KeptCell {
  const names = arms.map(({ name }) => name);
  if (!names.includes(asked.arm)) throw unknownName("arm", asked.arm, names);
  const { refused } = arms.find(({ name }) => name === asked.arm)!;
  if (refused !== undefined) {
    throw new UsageError(
      `Cannot predict with the arm ${asked.arm} as it was left out of ${asked.run}: ${refused}`,
    );
  }
  const ofArm = cells.filter(({ arm }) => arm === asked.arm);
  const ofSeed = ofArm.filter(({ seed }) => asked.seed === undefined || seed === asked.seed);
  if (ofSeed.length === 0) throw noCell(asked, ofArm);
  const wanted = asked.which === undefined ? whichWeights : [asked.which];
  for (const which of wanted) {
    for (const cell of ofSeed) {
      const weights = cell.weights?.[which];
      if (weights !== undefined) return { cell, which, weights };
    }
  }
  throw noWeights(asked, ofSeed);
}

function noCell({ arm, seed, run }: CellAsked, cells: readonly CellRecord[]): UsageError {
  if (seed === undefined || cells.length === 0) {
    return new UsageError(
      `Cannot predict with the arm ${arm} as no cell of it is recorded in ${run}: run it first`,
    );
  }
  const seeds = cells.map((cell) => cell.seed);
  const near = seeds.reduce((a, b) => Math.abs(b - seed) < Math.abs(a - seed) ? b : a);
  return new UsageError(
    `Cannot predict with seed ${seed} as the arm ${arm} was trained with ${seeds.join(", ")}: ` +
      `give one of these, such as --seed ${near}, or none`,
  );
}

function noWeights(
  { arm, seed, which, run }: CellAsked,
  cells: readonly CellRecord[],
): UsageError {
  const whose = `the arm ${arm}${seed === undefined ? "" : `, seed ${seed}`}`;
  const others = whichWeights.filter((each) => cells.some(({ weights }) => weights?.[each]));
  if (others.length > 0) {
    return new UsageError(
      `Cannot predict with the ${which} weights of ${whose} as only the ${others[0]} ones were ` +
        `kept: give --which ${others[0]}, or run with --keep both`,
    );
  }
  return new UsageError(
    `Cannot predict with ${whose} as no weights were kept in ${run}: cells that are not done yet ` +
      "keep theirs when the run goes on with --keep last --resume, those that are done when it is run " +
      "anew with --keep last, in another --out or with --force",
  );
}

/**
 * Reads the weights of a cell.
 *
 * @throws {UsageError} if it is not there, or not the one that the record tells of
 */
export async function readWeights(
  folder: string,
  { cell, which, weights }: KeptCell,
  { cells }: Pick<Result, "cells">,
): Promise<Uint8Array> {
  const path = join(folder, weightsPath(cell, which));
  const advice = "put the run's own file back, or run again";
  const bytes = await Deno.readFile(path).catch(async (error) => {
    const missing = error instanceof Deno.errors.NotFound;
    const message = missing
      ? `Cannot read the weights ${path} as there is no such file, and the record tells of it: ` +
        (await othersThere(folder, cell, cells) ?? advice)
      : `Cannot read the weights ${path} as ${reasonOf(error)}: ${advice}`;
    throw new UsageError(message, { cause: error });
  });
  const found = await sha256(bytes);
  if (found === weights.sha256) return bytes;
  throw new UsageError(
    `Cannot use the weights ${path} as their SHA-256 must be the record's, ${weights.sha256}: it is ` +
      `${found}, so they were changed, or are another run's; ${advice}`,
  );
}

/**
 * What to do where some of a run's weights were left out, as they are of a report that is kept: there are
 * those of a seed an arm, where they are small.
 *
 * @returns nothing where there are none at all
 */
async function othersThere(
  folder: string,
  { arm, seed }: CellRecord,
  cells: readonly CellRecord[],
): Promise<string | undefined> {
  const there: { cell: CellRecord; which: WhichWeights }[] = [];
  for (const cell of cells) {
    for (const which of whichWeights.filter((which) => cell.weights?.[which] !== undefined)) {
      if (await exists(join(folder, weightsPath(cell, which)))) there.push({ cell, which });
    }
  }
  const anew = "or run again: the record's SHA-256 tells whether the weights are the same";
  const ofArm = there.filter(({ cell }) => cell.arm === arm);
  const own = ofArm.find(({ cell }) => cell.seed === seed);
  if (own !== undefined) {
    return `its ${own.which} ones are there: give --which ${own.which}, ${anew}`;
  }
  if (ofArm.length > 0) {
    const seeds = [...new Set(ofArm.map(({ cell }) => cell.seed))];
    return `of the arm ${arm} those of seed ${seeds.join(", ")} alone are there: give --seed ` +
      `${seeds[0]}, ${anew}`;
  }
  if (there.length === 0) return undefined;
  const arms = [...new Set(there.map(({ cell }) => cell.arm))];
  return `of the arm ${arm} none are there, as a report that is kept leaves out all but one seed's, and ` +
    `large ones: take another arm (${arms.join(", ")}), ${anew}`;
}
