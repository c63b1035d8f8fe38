import { join } from "node:path";
import { UsageError } from "../ground/errors.ts";
import { lockFolder } from "../ground/lock.ts";
import { removeTemporaries, type Result, weightsFolder, writeResult } from "./mod.ts";
import { checkWritable } from "../ground/writable.ts";

/** What a run keeps in its folder; reports lie beside it. */
const contents = ["result.json", "cells", "checkpoints", "logs", weightsFolder] as const;

/** The folder of a run, which this process has for itself until it disposes of it. */
export interface RunFolder extends Disposable {
  /** Where it is. */
  readonly path: string;
  /** Whether there is an earlier run in it, to be gone on with. */
  readonly resumes: boolean;
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
 * run and neither is asked for
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
    for (const folder of [path, join(path, "cells"), join(path, weightsFolder)]) {
      await removeTemporaries(folder);
    }
    return runFolder(path, taken && mode.resume, taken && mode.force, lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

function runFolder(
  path: string,
  resumes: boolean,
  replaces: boolean,
  lock: Disposable,
): RunFolder {
  const save = (result: Result) => writeResult(join(path, "result.json"), result);
  let begun = resumes;
  return {
    path,
    resumes,
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
