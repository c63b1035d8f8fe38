/**
 * The programs that are run of a version of this repository: where it has them, and the Deno that
 * runs them. A comparison reaches back to commits from before a program moved.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";

/** The places of one program, relative to the repository, the present one first. */
export type ProgramPlaces = readonly [string, ...string[]];

/** One step in a process of its own. */
export const subjectPlaces: ProgramPlaces = [
  "benchmarks/timing/subject.ts",
  "benchmarks/overhead/subject.ts",
];

/** What has to be loaded before a suite so that signals that are ignored stay so. */
export const preloadPlaces: ProgramPlaces = [
  "benchmarks/cli/signals/inherited.ts",
  "benchmarks/signals/inherited.ts",
];

/**
 * Where a checkout has a program.
 *
 * @returns its path; nothing where the version does not have it
 */
export function placeIn(folder: string, places: ProgramPlaces): string | undefined {
  return places.map((place) => join(folder, place)).find((path) => existsSync(path));
}

/**
 * The Deno that this program runs in, as a command that it may run: by its path, or where only the
 * name was granted (`--allow-run=deno`) and the path is what a link of that name leads to, by name.
 */
export function denoProgram(): string {
  const path = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command: path });
  return state === "granted" ? path : "deno";
}

/**
 * Fails unless Deno can be started, before any work is done. Where variables like `LD_LIBRARY_PATH`
 * are set, Deno starts nothing under a permission that names programs.
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
