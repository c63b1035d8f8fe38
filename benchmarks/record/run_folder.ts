import { join } from "node:path";
import { UsageError } from "../ground/errors.ts";
import { checkWritable, exists, remove, removeTemporaries } from "../ground/files.ts";
import { lockFolder } from "../ground/lock.ts";
import { recordIn, recordName, recordNames, writeResult } from "./files.ts";
import { weightsFolder } from "./kept_weights.ts";
import type { AnyRecord } from "./kinds.ts";

const checkpointsFolder = "checkpoints"; // goes when its last cell is done

/** What a run keeps in its folder; reports lie beside it. */
export const runContents: readonly string[] = [
  ...recordNames,
  "cells",
  checkpointsFolder,
  "logs",
  weightsFolder,
];

/** The folder of a run, which this process has for itself until it disposes of it. */
export interface RunFolder extends Disposable {
  /** Where it is. */
  readonly path: string;
  /** Whether it holds an earlier run that is to be resumed. */
  readonly resumes: boolean;
  /**
   * Whether it holds an earlier run that is to be replaced, though it was stopped inside of a cell and
   * could go on.
   */
  readonly abandons: boolean;
  /** Whether an earlier run is still in the place of this one: it goes when this one begins. */
  readonly held: boolean;
  /**
   * Writes the first record; does nothing from the second time on. Called when there is something to
   * keep, so that a wrong setting or a broken file costs nobody an earlier run.
   */
  begin(record: AnyRecord): Promise<void>;
  /** Writes the record; the first time, an earlier run that is to be replaced is removed. */
  save(record: AnyRecord): Promise<void>;
}

/** What becomes of an earlier run in the folder; without either, it is in the way. */
export interface TakeMode {
  /** Whether it is resumed; left out where its program cannot. */
  resume?: boolean;
  /** Whether it is replaced. */
  force: boolean;
}

/**
 * Takes hold of a run's folder: makes it, locks it, and settles what becomes of an earlier run in it.
 *
 * @returns the folder, to be disposed of at the end
 * @throws {UsageError} if the folder cannot be written, another process writes there, or it holds a
 * run and neither is asked for
 */
export async function takeFolder(path: string, { resume, force }: TakeMode): Promise<RunFolder> {
  await checkWritable(path, "--out");
  const lock = await lockFolder(path);
  try {
    const taken = await recordIn(path) !== undefined || await exists(join(path, "cells"));
    if (taken && !force && !resume) throw inTheWay(path, resume !== undefined);
    for (const folder of ["", "cells", weightsFolder]) await removeTemporaries(join(path, folder));
    const replaces = taken && force;
    const abandons = replaces && await exists(join(path, checkpointsFolder));
    return runFolder(path, { resumes: taken && resume === true, replaces, abandons }, lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** The folder of a run that another process writes: nothing that is done to it does anything. */
export function foreignFolder(path: string): RunFolder {
  const nothing = () => Promise.resolve();
  const state = { resumes: false, abandons: false, held: false };
  return { path, ...state, begin: nothing, save: nothing, [Symbol.dispose]: () => {} };
}

function inTheWay(path: string, canResume: boolean): UsageError {
  return new UsageError(
    `Cannot write into ${path} as it holds a run already: ` +
      `${canResume ? "--resume goes on with it, " : ""}--force replaces it, ` +
      "--out DIR writes elsewhere",
  );
}

function runFolder(
  path: string,
  { resumes, replaces, abandons }: { resumes: boolean; replaces: boolean; abandons: boolean },
  lock: Disposable,
): RunFolder {
  let saved = false;
  const save = async (record: AnyRecord) => {
    if (replaces && !saved) await removeAll(path, runContents);
    await writeResult(join(path, recordName), record);
    if (!saved) await removeAll(path, recordNames.filter((name) => name !== recordName));
    saved = true;
  };
  return {
    path,
    resumes,
    abandons,
    get held() {
      return replaces && !saved;
    },
    begin: async (record) => saved || resumes ? undefined : await save(record),
    save,
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

async function removeAll(path: string, names: readonly string[]): Promise<void> {
  for (const name of names) await remove(join(path, name));
}
