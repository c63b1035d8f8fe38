/**
 * The command line of a part, and the program that runs it.
 *
 * @module
 */
import { join } from "node:path";
import { ownArguments } from "../cli/workers/own_command.ts";
import { readResult, weightsPath } from "../record/mod.ts";
import { ownRate } from "./own_rates.ts";
import type { PartData, ReferencePart } from "./part.ts";
import { set } from "./parts/words.ts";

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
 * @throws {UsageError} if the report of a pilot cannot be read, or gives no rate
 */
export async function wordsOf(
  part: ReferencePart,
  places: Places,
  out: string,
): Promise<string[]> {
  const start = startOf(part, places);
  return [
    ...["--data", places.data[part.data]!, ...part.words],
    ...await rateWords(part, places),
    ...(start === undefined ? [] : ["--set", `initialWeights=${start}`]),
    ...["--out", out],
  ];
}

async function rateWords({ rates = [] }: ReferencePart, places: Places): Promise<string[]> {
  const words = [];
  for (const { pilots, own = {}, shared } of rates) {
    const records = await Promise.all(
      pilots.map(async (name) => ({ name, result: await readResult(reportOf({ name }, places)) })),
    );
    const rate = (arm: string) => ownRate(records, arm);
    if (shared !== undefined) words.push(...set({ learningRate: rate(shared) }));
    for (const [arm, name] of Object.entries(own)) {
      words.push(...set({ [`${arm}.learningRate`]: rate(name) }));
    }
  }
  return words;
}

/** The arguments by which Deno runs a part's suite. */
export function programOf(
  { suite }: Pick<ReferencePart, "suite">,
  words: readonly string[],
): string[] {
  return ownArguments(new URL(`../${suite}.ts`, import.meta.url).href, words);
}
