/**
 * What a report says to identify the data it was made with.
 *
 * @module
 */
import { createHash } from "node:crypto";

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
   * SHA-256 in hexadecimal, over the UTF-8 text of one line `PATH<tab>BYTES<newline>` for each file
   * in use, sorted by path (code units); PATH has `/` between folders, BYTES is the size in decimal
   * digits. Where masks are read in another way than is usual for the layout, one more line says how.
   * It distinguishes selections and copies, and is no checksum of the contents.
   */
  listSha256: string;
}

/** A file in the list of a data set. */
export interface ListedFile {
  /** Path below the set's root, with `/` between folders. */
  path: string;
  /** Its size. */
  bytes: number;
}

/**
 * Computes {@linkcode DatasetIdentity.listSha256}.
 *
 * @example
 * ```ts
 * import { hashFiles } from "./identity.ts";
 * import { notEqual } from "node:assert/strict";
 *
 * const path = "train/cat/1.jpg";
 * notEqual(await hashFiles([{ path, bytes: 1 }]), await hashFiles([{ path, bytes: 2 }]));
 * ```
 *
 * @param files names and sizes, sorted by path
 * @param more lines about how the files are read, where that is not as usual
 * @returns SHA-256 in hexadecimal
 */
export async function hashFiles(
  files: AsyncIterable<ListedFile> | Iterable<ListedFile>,
  more: readonly string[] = [],
): Promise<string> {
  const hash = createHash("sha256");
  for await (const { path, bytes } of files) hash.update(`${path}\t${bytes}\n`);
  for (const line of more) hash.update(`${line}\n`);
  return hash.digest("hex");
}
