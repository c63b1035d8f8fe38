/** Identifies a data set in ADE20k's layout by the list of its files. */
import { join } from "node:path";
import { DataError, reasonOf } from "../errors.ts";
import { hashFiles, type ListedFile } from "../identity.ts";
import type { ImageMaskPair } from "./layout.ts";

export type { DatasetIdentity } from "../identity.ts";

/**
 * SHA-256 over the sorted names and sizes of all files of `pairs`, as `DatasetIdentity.listSha256` says.
 *
 * Throws `DataError` where a file is not there, such as behind a link that leads nowhere.
 */
export async function hashList(root: string, pairs: readonly ImageMaskPair[]): Promise<string> {
  return await hashFiles(listed(root, pairs.flatMap(({ image, mask }) => [image, mask]).sort()));
}

async function* listed(root: string, paths: readonly string[]): AsyncGenerator<ListedFile> {
  for (const path of paths) yield { path, bytes: await sizeOf(join(root, path)) };
}
async function sizeOf(file: string): Promise<number> {
  try {
    return (await Deno.stat(file)).size;
  } catch (error) {
    throw new DataError(
      `Cannot read ${file} (${reasonOf(error)}): restore the file, or make it readable`,
      { cause: error },
    );
  }
}
