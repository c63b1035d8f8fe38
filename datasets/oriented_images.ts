/** Which pictures of a split are to be shown turned, by the beginnings of their files. */
import { readHead } from "./archives/files.ts";
import { DataError } from "./errors.ts";
import { exifOrientation } from "./images/orientation.ts";
import { generatorFor, permutation } from "./random.ts";
import type { Split } from "./sample.ts";

/** A picture with an EXIF orientation, which is not applied. */
export interface OrientedImage {
  name: string;
  /** 2 to 8. */
  orientation: number;
}

/** EXIF data come first in a JPEG, in a segment of 64 KiB at most. */
const headBytes = 2 ** 17;

/**
 * The pictures with an EXIF orientation among `most` of a split, picked at random, always the same
 * ones. Nothing is decoded. Pictures that cannot be read are passed over, which whoever loads them
 * will say, and so are those of a split that is not in files.
 *
 * @param split the images
 * @param most how many are looked at, at most
 */
export async function orientedImages(
  split: Split,
  most: number = 1000,
): Promise<{ oriented: OrientedImage[]; looked: number }> {
  const oriented: OrientedImage[] = [];
  const chosen = permutation(generatorFor(split.length), split.length).subarray(0, most);
  for (const index of chosen) {
    const entry = split.entry?.(index);
    const orientation = entry === undefined ? 1 : await orientationOf(entry.image);
    if (orientation > 1) oriented.push({ name: split.names[index] ?? "", orientation });
  }
  return { oriented, looked: chosen.length };
}

async function orientationOf(file: string): Promise<number> {
  try {
    return exifOrientation(await readHead(file, headBytes));
  } catch (error) {
    if (error instanceof DataError) return 1;
    throw error;
  }
}
