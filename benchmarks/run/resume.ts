/**
 * Whether, and where, a run goes on with an earlier one: which folder, what must be alike, which cells
 * are done, which checkpoint.
 *
 * | question | answer |
 * | --- | --- |
 * | which folder? | `--out`, where it holds a run and `--resume` is given: `record/run_folder.ts` |
 * | what must be alike? | suite, arms, settings, data, backend: `record/same_run.ts` |
 * | is a function, of a model or an algorithm, the same? | its name is among the arms; what its models begin from: {@linkcode checkSameStart}; a changed program: a warning; the rest is not known |
 * | which cells are done? | those that were trained to their end, or diverged: {@linkcode cellsLeft} |
 * | where does a cell go on? | at its newest whole checkpoint: `checkpoints/store.ts` |
 *
 * @module
 */
import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import {
  cellKey,
  type CellRecord,
  findCell,
  mergeCells,
  openRecord,
  readCells,
  recordName,
  type Result,
  schemaVersion,
  type Warning,
} from "../record/mod.ts";
import type { RunFolder } from "../record/run_folder.ts";
import type { PairedCell } from "../record/check_paired.ts";
import { differenceOf, joinCommands } from "../record/same_run.ts";
import { otherDigits } from "./deterministic.ts";
import { changedWeights } from "./pairing/weight_digests.ts";
import { type Plan, uniqueWarnings } from "./plan.ts";

/**
 * The result that a run begins with: the earlier one, with the seeds and the command of this one too,
 * and its contrasts, or an empty one.
 *
 * @param begun what the arms' models begin from here and now
 * @throws {UsageError} if the earlier run is to be resumed, and cannot be read or differs
 */
export async function resumed(
  folder: RunFolder,
  now: Result,
  begun: readonly PairedCell[] = [],
): Promise<Result> {
  if (!folder.resumes) return now;
  const { version, record: earlier } = await readRun(folder.path);
  const difference = differenceOf(earlier, now);
  if (difference !== undefined) {
    throw new UsageError(
      `Cannot go on with the run that is there as it differs in ${difference}: ` + (
        version === schemaVersion
          ? "ask for the same, or write elsewhere with --out DIR"
          : "an earlier release wrote it, so go on with that one, or write elsewhere with --out DIR"
      ),
    );
  }
  for (const cell of begun) {
    const there = findCell(earlier, cell.arm, cell.seed);
    if (there !== undefined) checkSameStart(there.initialWeights, cell);
  }
  const { contrasts = [], grid } = now; // what is tested changes no cell
  const seeds = [...earlier.seeds, ...now.seeds];
  const command = joinCommands(earlier.command, now.command);
  const warnings = uniqueWarnings([
    ...earlier.warnings,
    ...changedProgram(earlier, now),
    ...otherDigits(earlier, now),
  ]);
  const asked = { contrasts, ...(grid !== undefined && { grid }), seeds, command, warnings };
  return mergeCells({ ...earlier, ...asked }, []);
}

/**
 * Fails where a cell's model begins from other weights than in the process that began it: another
 * function makes it, or the same one from something else.
 *
 * @param before the digests of then; an earlier version kept none
 * @param now those of the same arm and seed here
 */
export function checkSameStart(
  before: PairedCell["initialWeights"],
  { arm, seed, initialWeights = {} }: PairedCell,
): void {
  const [weight] = before === undefined ? [] : changedWeights(before, initialWeights);
  if (weight === undefined) return;
  throw new UsageError(
    `Cannot go on with the run that is there as the model of ${arm} begins, with seed ${seed}, from ` +
      `another ${weight} than when the run began: put back what makes it, or go on with the kind of ` +
      "machine that the run began on; --force begins the run anew",
  );
}

/** Functions cannot be compared; the file that a run was started by can. */
function changedProgram({ source: before }: Result, { source: now }: Result): Warning[] {
  if (before === undefined || now === undefined || before.sha256 === now.sha256) return [];
  const path = before.path === now.path ? now.path : `${before.path}, now ${now.path},`;
  return [{
    code: "program-changed",
    message: `The program ${path} has changed since this run began: cells that were done before ` +
      "the change may be of other models or algorithms than those after it",
    advice: "Nothing is to be done where the change touches neither; else run all of them anew",
  }];
}

/** The cells do not tell the configuration that they belong to: that is in `result.json` alone. */
async function readRun(path: string): Promise<{ version: number; record: Result }> {
  const cells = await readCells(path).catch((error) => {
    throw new UsageError(
      `Cannot go on with the run in ${path}: ${
        reasonOf(error)
      }; remove that file: its cell is taken ` +
        "from result.json where it is there, and trained again where not",
      { cause: error },
    );
  });
  try {
    const { version, record } = await openRecord(join(path, recordName), "cells");
    return { version, record: mergeCells(record, cells) };
  } catch (error) {
    throw new UsageError(
      `Cannot go on with the run in ${path}: ${
        reasonOf(error)
      }; the records in cells/ are whole, ` +
        "but only result.json tells how they were run: put that file back, or begin anew with " +
        "--force or in another --out DIR",
      { cause: error },
    );
  }
}

/** The cells of a plan that are still to be run, or run on. */
export function cellsLeft({ cells }: Plan, result: Result): Plan["cells"] {
  const done = new Set(result.cells.filter(hasEnded).map(cellKey));
  return cells.filter(({ arm, seed }) => !done.has(cellKey({ arm: arm.name, seed })));
}

/** Whether nothing is left to do: what diverged would diverge again. */
export function hasEnded({ status }: CellRecord): boolean {
  return status === "done" || status === "failed";
}
