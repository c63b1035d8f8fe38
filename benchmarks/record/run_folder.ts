import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import { lockFolder } from "../ground/lock.ts";
import {
  mergeCells,
  readCells,
  readResult,
  removeTemporaries,
  type Result,
  writeResult,
} from "./mod.ts";
import { checkWritable } from "../ground/writable.ts";

/** What a run keeps in its folder; reports lie beside it. */
const contents = ["result.json", "cells", "checkpoints", "logs"] as const;

/** The folder of a run, which this process has for itself until it disposes of it. */
export interface RunFolder extends Disposable {
  /** Where it is. */
  readonly path: string;
  /** The earlier run in it with every cell on disk, where that is gone on with. */
  readonly earlier: Result | undefined;
  /** Whether an earlier run is still in the place of this one: it goes when this one begins. */
  readonly held: boolean;
  /**
   * Removes an earlier run that is to be replaced, and writes the first `result.json`; does nothing
   * from the second time on. Called when there is something to keep, so that a wrong setting or a
   * broken file costs nobody an earlier run.
   */
  begin(result: Result): Promise<void>;
  /** Writes `result.json`. */
  save(result: Result): Promise<void>;
}

/**
 * Takes hold of a run's folder: makes it, locks it, and settles what becomes of an earlier run in it.
 *
 * @param path the folder
 * @param mode whether an earlier run is gone on with, replaced, or in the way
 * @returns the folder, to be disposed of at the end
 * @throws {UsageError} if the folder cannot be written, another process writes there, or it holds a
 * run and neither is asked for, or one that cannot be read and is to be gone on with
 */
export async function claimFolder(
  path: string,
  mode: { resume: boolean; force: boolean },
): Promise<RunFolder> {
  await checkWritable(path, "--out");
  const lock = await lockFolder(path);
  try {
    const taken = await exists(join(path, "result.json")) || await exists(join(path, "cells"));
    if (taken && !mode.force && !mode.resume) {
      throw new UsageError(
        `Cannot write into ${path} as it holds a run already: --resume goes on with it, ` +
          "--force replaces it, --out DIR writes elsewhere",
      );
    }
    for (const folder of [path, join(path, "cells")]) await removeTemporaries(folder);
    const earlier = taken && mode.resume ? await readRun(path) : undefined;
    return runFolder(path, earlier, taken && mode.force, lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

function runFolder(
  path: string,
  earlier: Result | undefined,
  replaces: boolean,
  lock: Disposable,
): RunFolder {
  const save = (result: Result) => writeResult(join(path, "result.json"), result);
  let begun = earlier !== undefined;
  return {
    path,
    earlier,
    get held() {
      return replaces && !begun;
    },
    async begin(result) {
      if (begun) return;
      begun = true;
      if (replaces) await clear(path);
      await save(result);
    },
    save,
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

/** The cells do not tell the configuration that they belong to: that is in `result.json` alone. */
async function readRun(path: string): Promise<Result> {
  const cells = await readCells(path);
  try {
    return mergeCells(await readResult(join(path, "result.json")), cells);
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

async function clear(path: string): Promise<void> {
  for (const name of contents) {
    await Deno.remove(join(path, name), { recursive: true }).catch(ignoreNotFound);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    ignoreNotFound(error);
    return false;
  }
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
