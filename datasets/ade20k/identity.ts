/** What a report says to identify the data it was made with. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DataError, reasonOf } from "../errors.ts";
import type { ImageMaskPair } from "./layout.ts";

/** A data set's fingerprint. */
export interface DatasetIdentity {
  /** The data set's name. */
  name: string;
  /** Number of classes. */
  classes: number;
  /** Training images in use. */
  training: number;
  /** Validation images in use. */
  validation: number;
  /**
   * SHA-256 in hexadecimal, over the UTF-8 text of one line `PATH<tab>BYTES<newline>` for each image and mask in use,
   * sorted by path (code units); PATH is relative to the root with `/` between folders, BYTES the file's size in
   * decimal digits. It tells another selection or another copy apart, and is no checksum of the contents.
   */
  listSha256: string;
}

/**
 * SHA-256 over the sorted names and sizes of all files of `pairs`, as `DatasetIdentity.listSha256` says.
 *
 * Throws `DataError` where a file is not there, such as behind a link that leads nowhere.
 */
export async function hashList(root: string, pairs: readonly ImageMaskPair[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of pairs.flatMap(({ image, mask }) => [image, mask]).sort()) {
    hash.update(`${path}\t${await sizeOf(join(root, path))}\n`);
  }
  return hash.digest("hex");
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
