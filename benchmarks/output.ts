import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "./errors.ts";
import { mergeCells, readCells, readResult, type Result } from "./result.ts";

/**
 * Takes hold of a run's folder: makes it, checks that it can be written, and settles what becomes
 * of an earlier run in it. Nothing is removed yet: see {@linkcode clearRun}.
 *
 * @param out the folder
 * @param mode whether an earlier run is gone on with, replaced, or in the way
 * @returns the earlier run's result with every cell on disk, where it is to be gone on with
 * @throws {UsageError} if the folder cannot be written, or holds a run and neither is asked for, or
 * one that cannot be read and is to be gone on with
 */
export async function claimOutput(
  out: string,
  mode: { resume: boolean; force: boolean },
): Promise<Result | undefined> {
  await checkWritable(out);
  const path = join(out, "result.json");
  const taken = await exists(path) || await exists(join(out, "cells"));
  if (!taken || mode.force) return undefined;
  if (mode.resume) return mergeCells(await readResult(path), await readCells(out));
  throw new UsageError(
    `Cannot write into ${out} as it holds a run already: --resume goes on with it, ` +
      "--force replaces it, --out DIR writes elsewhere",
  );
}

/**
 * Removes the records of a run. Called when the first record of the next one is there, so that a
 * wrong setting or a broken file costs nobody an earlier run.
 *
 * @param out the folder
 */
export async function clearRun(out: string): Promise<void> {
  for (const name of ["result.json", "cells"]) {
    await Deno.remove(join(out, name), { recursive: true }).catch(ignoreNotFound);
  }
}

/**
 * Fails unless two runs are of the same comparison, so that their cells can be merged.
 *
 * @param earlier a run, such as that which lies in the folder
 * @param now another, such as that which is asked for
 * @throws {UsageError} naming the first thing that differs
 */
export function checkSameRun(earlier: Result, now: Result): void {
  const differs =
    (["suite", "config", "arms"] as const).find((field) =>
      !isDeepStrictEqual(earlier[field], now[field])
    ) ?? (earlier.data.identity !== now.data.identity
      ? "data"
      : earlier.environment.backend !== now.environment.backend
      ? "backend"
      : undefined);
  if (differs === undefined) return;
  throw new UsageError(
    `Cannot go on with a run that has another ${differs}: ` +
      "ask for the same, or write elsewhere with --out DIR",
  );
}

/**
 * The commands that repeat two runs of one comparison, a line each.
 *
 * @param earlier a run's command or commands
 * @param now another's; `--resume` adds nothing to a command that is there
 */
export function joinCommands(earlier: string, now: string): string {
  const plain = (command: string) => command.replace(/ --resume(?= |$)/, "");
  const lines = [...earlier.split("\n"), ...now.split("\n")].map(plain);
  return [...new Set(lines)].join("\n");
}

async function checkWritable(out: string): Promise<void> {
  try {
    await Deno.mkdir(out, { recursive: true });
    const probe = await Deno.makeTempFile({ dir: out, prefix: ".writable-" });
    await Deno.remove(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot write into ${out}: ${reason}; choose another folder by --out DIR`);
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
