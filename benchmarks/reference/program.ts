/**
 * The command line of a part, and the program that runs it.
 *
 * @module
 */
import { join } from "node:path";
import { ownArguments } from "../cli/workers/own_command.ts";
import { weightsPath } from "../record/mod.ts";
import type { PartData, ReferencePart } from "./part.ts";

/** Where the data are, and where results go. */
export interface Places {
  /** The folder of each data set. */
  data: Readonly<Record<PartData, string | undefined>>;
  /** The folder of all reports. */
  out: string;
}

/**
 * The words of a part's command line.
 *
 * @param out the folder of its result
 */
export function wordsOf(
  part: ReferencePart,
  { data, out: reports }: Places,
  out: string,
): string[] {
  const { startsFrom, words } = part;
  return [
    ...["--data", data[part.data]!, ...words],
    ...(startsFrom === undefined ? [] : [
      "--set",
      `initialWeights=${join(reports, startsFrom.part, weightsPath(startsFrom, "last"))}`,
    ]),
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
