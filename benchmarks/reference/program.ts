/**
 * The command line of a part, and the program that runs it.
 *
 * @module
 */
import { join } from "node:path";
import { ownArguments } from "../cli/workers/own_command.ts";
import { weightsPath } from "../record/mod.ts";
import type { PartData, ReferencePart } from "./part.ts";

/** Where the data are, and where results go. All paths are as they were given, so that records are, too. */
export interface Places {
  /** The folder of each data set. */
  data: Readonly<Record<PartData, string | undefined>>;
  /** The folder of all reports. */
  out: string;
}

/** The folder of a part's report. */
export function reportOf({ name }: Pick<ReferencePart, "name">, { out }: Pick<Places, "out">) {
  return join(out, name);
}

/** The file of the weights that every cell of a part begins from; nothing where it needs none. */
export function startOf(
  { startsFrom }: Pick<ReferencePart, "startsFrom">,
  { out }: Pick<Places, "out">,
): string | undefined {
  if (startsFrom === undefined) return undefined;
  return join(out, startsFrom.part, weightsPath(startsFrom, "last"));
}

/**
 * The words of a part's command line.
 *
 * @param out the folder of its result
 */
export function wordsOf(part: ReferencePart, places: Places, out: string): string[] {
  const start = startOf(part, places);
  return [
    ...["--data", places.data[part.data]!, ...part.words],
    ...(start === undefined ? [] : ["--set", `initialWeights=${start}`]),
    ...["--out", out],
  ];
}

/** The arguments by which Deno runs a part's suite. */
export function programOf(
  { suite }: Pick<ReferencePart, "suite">,
  words: readonly string[],
): string[] {
  return ownArguments(new URL(`../${suite}.ts`, import.meta.url).href, words);
}
