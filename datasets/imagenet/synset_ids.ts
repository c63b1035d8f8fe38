/**
 * Which ILSVRC2012_ID stands for which synset: the ids are not in alphabetical order, so they must
 * be looked up.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { lookAt, readText, readWhole } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import { readSynsetsOfMeta } from "./meta_mat.ts";

/** Synsets such as `n01751748` by their ILSVRC2012_ID. */
export type SynsetIds = ReadonlyMap<number, string>;

/**
 * Reads `map_clsloc.txt` or `meta.mat` from the folder of a list.
 *
 * @param list the list's path
 * @returns synsets by their ILSVRC2012_ID
 * @throws {DataError} if there is neither, or it cannot be understood
 */
export async function readSynsetIds(list: string): Promise<SynsetIds> {
  const folder = dirname(list);
  const text = join(folder, "map_clsloc.txt");
  if (await lookAt(text) !== undefined) return parsePairs(await readText(text), text);
  const meta = join(folder, "meta.mat");
  if (await lookAt(meta) !== undefined) return readSynsetsOfMeta(await readWhole(meta), meta);
  throw new DataError(
    `Cannot use ${list} as its numbers are ILSVRC2012_IDs, which are not in alphabetical order, and nothing ` +
      `in ${folder} says which classes they stand for: put the development kit's meta.mat, or a map_clsloc.txt with a line ` +
      `"n01751748 490" for each class, beside it`,
  );
}

function parsePairs(text: string, file: string): SynsetIds {
  const ids = new Map<number, string>();
  const synsets = new Set<string>();
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  for (const line of lines) {
    const [, synset, id] = /^\s*(n\d{8})\s+(\d+)\b/.exec(line) ?? [];
    if (synset === undefined || id === undefined || ids.has(Number(id)) || synsets.has(synset)) {
      throw new DataError(
        `Cannot use ${file} as its line "${line}" is wrong, and a class with an id of its own, such as ` +
          `"n01751748 490", is expected: copy it from its source again`,
      );
    }
    ids.set(Number(id), synset);
    synsets.add(synset);
  }
  return ids;
}
