/**
 * A part of a segmentation data set whose images and masks are files.
 *
 * @module
 */
import { join } from "node:path";
import { DataError, reasonOf } from "../errors.ts";
import { hashFiles, type ListedFile } from "../identity.ts";
import type { MaskCoding, SegmentationEntry, SegmentationSample, Split } from "../sample.ts";
import { readPair } from "./pair.ts";

/** An image and its mask, by their paths relative to the root, with `/` between folders. */
export interface ImageMaskPair {
  /** File name without its extension. */
  name: string;
  /** E.g. `images/training/NAME.jpg`. */
  image: string;
  /** E.g. `annotations/training/NAME.png`. */
  mask: string;
}

/** Images and masks below one folder. */
export class FileSplit implements Split {
  readonly names: readonly string[];

  /**
   * @param root the data set's folder
   * @param pairs the images and their masks, sorted by name
   * @param masks what the masks' values mean, and how many classes there are
   */
  constructor(
    private readonly root: string,
    private readonly pairs: readonly ImageMaskPair[],
    private readonly masks: { coding: MaskCoding; classes: number },
  ) {
    this.names = pairs.map(({ name }) => name);
  }

  get length(): number {
    return this.pairs.length;
  }

  entry(index: number): SegmentationEntry {
    const pair = this.pairs[index];
    if (pair === undefined) {
      throw new RangeError(
        `Cannot read an image as index must be an integer >= 0 and < ${this.length}: current value ` +
          `is ${index}`,
      );
    }
    const { name, image, mask } = pair;
    const [imageFile, maskFile] = [join(this.root, image), join(this.root, mask)];
    return { name, image: imageFile, mask: maskFile, ...this.masks };
  }

  async read(index: number): Promise<SegmentationSample> {
    return await readPair(this.entry(index));
  }
}

/**
 * Hashes the names and sizes of files, see {@linkcode DatasetIdentity.listSha256}.
 *
 * @param root the data set's folder
 * @param files by the paths in the list: where each is below the root
 * @param more lines about how they are read, where that is not as usual
 * @returns SHA-256 in hexadecimal
 * @throws {DataError} if a file is missing, such as behind a dangling link
 */
export async function hashList(
  root: string,
  files: ReadonlyMap<string, string>,
  more: readonly string[] = [],
): Promise<string> {
  return await hashFiles(listed(root, files), more);
}

async function* listed(
  root: string,
  files: ReadonlyMap<string, string>,
): AsyncGenerator<ListedFile> {
  for (const path of [...files.keys()].sort()) {
    yield { path, bytes: await sizeOf(join(root, files.get(path)!)) };
  }
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
