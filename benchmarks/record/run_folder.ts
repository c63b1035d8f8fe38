import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import { checkWritable, exists, remove, removeTemporaries } from "../ground/files.ts";
import { lockFolder } from "../ground/lock.ts";
import { openRecord, readCells, recordIn, recordName, writeResult } from "./files.ts";
import type { AnyRecord, Kind, RecordOf } from "./kinds.ts";
import { mergeCells } from "./merge.ts";
import { oldNames } from "./migrate.ts";

/** What a run keeps in its folder; reports lie beside it. */
const contents = [
  ...new Set([recordName, ...Object.values(oldNames)]),
  ...["cells", "checkpoints", "logs"],
];

/** The folder of a run, which this process has for itself until it disposes of it. */
export interface RunFolder<K extends Kind> extends Disposable {
  /** Where it is. */
  readonly path: string;
  /** The earlier run in it with every cell on disk, where that is gone on with. */
  readonly earlier: RecordOf<K> | undefined;
  /** Whether an earlier run is still in the place of this one: it goes when this one is saved. */
  readonly held: boolean;
  /**
   * Writes the first record; does nothing from the second time on. Called when there is something to
   * keep, so that a wrong setting or a broken file costs nobody an earlier run.
   */
  begin(record: RecordOf<K>): Promise<void>;
  /** Writes the record; the first time, an earlier run that is to be replaced is removed. */
  save(record: RecordOf<K>): Promise<void>;
}

/** What becomes of an earlier run in the folder; without either, it is in the way. */
export interface ClaimMode {
  /** Whether it is gone on with; nothing where its program cannot. */
  resume?: boolean;
  /** Whether it is replaced. */
  force: boolean;
}

/**
 * Takes hold of a run's folder: makes it, locks it, and settles what becomes of an earlier run in it.
 *
 * @param kind what the run records
 * @param path the folder
 * @param mode whether an earlier run is gone on with, replaced, or in the way
 * @returns the folder, to be disposed of at the end
 * @throws {UsageError} if the folder cannot be written, another process writes there, or it holds a
 * run and neither is asked for, or one that cannot be read and is to be gone on with
 */
export async function claimFolder<K extends Kind>(
  kind: K,
  path: string,
  { resume, force }: ClaimMode,
): Promise<RunFolder<K>> {
  await checkWritable(path, "--out");
  const lock = await lockFolder(path);
  try {
    const taken = await recordIn(path) !== undefined || await exists(join(path, "cells"));
    if (taken && !force && !resume) throw inTheWay(path, resume !== undefined);
    for (const folder of [path, join(path, "cells")]) await removeTemporaries(folder);
    const earlier = taken && resume ? await readRun(kind, path) : undefined;
    return runFolder(path, earlier, taken && force, lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

function inTheWay(path: string, canResume: boolean): UsageError {
  return new UsageError(
    `Cannot write into ${path} as it holds a run already: ` +
      `${canResume ? "--resume goes on with it, " : ""}--force replaces it, ` +
      "--out DIR writes elsewhere",
  );
}

function runFolder<K extends Kind>(
  path: string,
  earlier: RecordOf<K> | undefined,
  replaces: boolean,
  lock: Disposable,
): RunFolder<K> {
  let begun = false;
  const save = async (record: RecordOf<K>) => {
    if (replaces && !begun) await clear(path);
    await writeResult(join(path, recordName), record);
    if (!begun) await removeOld(path);
    begun = true;
  };
  return {
    path,
    earlier,
    get held() {
      return replaces && !begun;
    },
    begin: async (record) => {
      if (!begun && earlier === undefined) await save(record);
    },
    save,
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

async function readRun<K extends Kind>(kind: K, path: string): Promise<RecordOf<K>> {
  const cells = await readCells(path);
  try {
    const record: AnyRecord = (await openRecord(path, kind)).record;
    return (record.kind === "cells" ? mergeCells(record, cells) : record) as RecordOf<K>;
  } catch (error) {
    throw new UsageError(
      `Cannot go on with the run in ${path}: ${reasonOf(error)}; ${wayOut(cells.length > 0)}`,
      { cause: error },
    );
  }
}

/** The cells do not tell the configuration that they belong to: that is in `result.json` alone. */
function wayOut(hasCells: boolean): string {
  const anew = "begin anew with --force or in another --out DIR";
  if (!hasCells) return anew;
  return "the records in cells/ are whole, but only result.json tells how they were run: put that " +
    `file back, or ${anew}`;
}

/** What an earlier version called the record is of no use beside the present one. */
async function removeOld(path: string): Promise<void> {
  for (const name of Object.values(oldNames)) {
    if (name !== recordName) await remove(join(path, name));
  }
}

async function clear(path: string): Promise<void> {
  for (const name of contents) await remove(join(path, name));
}
