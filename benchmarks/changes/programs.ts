/**
 * Where a version of this repository has the programs that are run of it, and the Deno that runs
 * them. Comparisons reach back to commits from before a program moved.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { denoProgram } from "../ground/deno_program.ts";
import { UsageError } from "../ground/errors.ts";

/** The places of one program, relative to the repository, the present one first. */
export type ProgramPlaces = readonly [string, ...string[]];

/** One step in a process of its own. */
export const subjectPlaces: ProgramPlaces = [
  "benchmarks/timing/subject.ts",
  "benchmarks/overhead/subject.ts",
];

/** Preloaded by suites, so that signals that the caller ignores stay ignored. */
export const preloadPlaces: ProgramPlaces = [
  "benchmarks/cli/signals/inherited.ts",
  "benchmarks/signals/inherited.ts",
];

/**
 * The path of a program in a checkout; nothing where the version does not have it.
 */
export function placeIn(folder: string, places: ProgramPlaces): string | undefined {
  return places.map((place) => join(folder, place)).find((path) => existsSync(path));
}

/**
 * Checks that Deno can be started, before any work is done: with variables such as `LD_LIBRARY_PATH`
 * it starts nothing under a permission that names programs.
 *
 * @throws {UsageError} with the reason
 */
export async function checkDenoStarts(): Promise<void> {
  try {
    await new Deno.Command(denoProgram(), { args: ["--version"], stdout: "null" }).output();
  } catch (error) {
    const reason = reasonOf(error).replace(/[.;,]? (run again|Alternatively).*$/s, "");
    throw new UsageError(
      `Cannot start ${denoProgram()}: ${reason}; unset variables that begin with LD_ or DYLD_, and ` +
        "have deno on the PATH",
      { cause: error },
    );
  }
}
