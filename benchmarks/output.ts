import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "./errors.ts";
import { readResult, type Result } from "./result.ts";

/**
 * Takes hold of a run's folder: makes it, checks that it can be written, and settles what becomes
 * of an earlier run in it.
 *
 * @param out the folder
 * @param mode whether an earlier run is gone on with, replaced, or in the way
 * @returns the earlier run's result, where it is to be gone on with
 * @throws {UsageError} if the folder cannot be written, or holds a run and neither is asked for
 */
export async function claimOutput(
  out: string,
  mode: { resume: boolean; force: boolean },
): Promise<Result | undefined> {
  await checkWritable(out);
  const path = join(out, "result.json");
  if (!await exists(path)) return undefined;
  if (mode.resume) return await readResult(path);
  if (!mode.force) {
    throw new UsageError(
      `Cannot write into ${out} as it holds a run already: --resume goes on with it, ` +
        "--force replaces it, --out DIR writes elsewhere",
    );
  }
  await Deno.remove(path);
  await Deno.remove(join(out, "cells"), { recursive: true }).catch(ignoreNotFound);
  return undefined;
}

/**
 * Fails unless an earlier run was one of the same comparison, so that their cells can be merged.
 *
 * @param earlier the run that lies in the folder
 * @param now the run that is asked for
 * @throws {UsageError} naming the first thing that differs
 */
export function checkSameRun(earlier: Result, now: Result): void {
  const differs =
    (["suite", "config", "arms"] as const).find((field) =>
      !isDeepStrictEqual(earlier[field], now[field])
    ) ?? (earlier.data.identity === now.data.identity ? undefined : "data");
  if (differs === undefined) return;
  throw new UsageError(
    `Cannot resume as the run in the folder has another ${differs}: ` +
      "ask for the same, or write elsewhere with --out DIR",
  );
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
