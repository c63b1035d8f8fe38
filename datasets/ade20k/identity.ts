/**
 * Identifies a data set in ADE20k's layout by the list of its files.
 *
 * @module
 */
import { join } from "node:path";
import { DataError, reasonOf } from "../errors.ts";
import { hashFiles, type ListedFile } from "../identity.ts";
import type { ImageMaskPair } from "./layout.ts";

export type { DatasetIdentity } from "../identity.ts";

/**
 * Hashes the names and sizes of all files of `pairs`, see {@linkcode DatasetIdentity.listSha256}.
 *
 * @param root the data set's folder
 * @param pairs its images and masks
 * @returns SHA-256 in hexadecimal
 * @throws {DataError} if a file is missing, such as behind a dangling link
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
