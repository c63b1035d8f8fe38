/**
 * Where a version of this repository has the programs that are run of it, its present place first:
 * a comparison reaches back to commits from before a program moved.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The places of one program, relative to the repository. */
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
 * @param folder the checkout
 * @param places where it may be
 * @returns its path; nothing where the version does not have it
 */
export function placeIn(folder: string, places: ProgramPlaces): string | undefined {
  return places.map((place) => join(folder, place)).find((path) => existsSync(path));
}
