/**
 * Finds images with an EXIF orientation, by the beginnings of their files.
 *
 * @module
 */
import { readHead } from "./archives/files.ts";
import { DataError } from "./errors.ts";
import { exifOrientation } from "./images/orientation.ts";
import { generatorFor, permutation } from "./random.ts";
import type { Split } from "./sample.ts";

/** A picture with an EXIF orientation, which is not applied. */
export interface OrientedImage {
  /** The image's name. */
  name: string;
  /** 2 to 8. */
  orientation: number;
}

/** EXIF data come first in a JPEG, in a segment of at most 64 KiB. */
const headBytes = 2 ** 17;

/**
 * Finds the images with an EXIF orientation among a sample of a split: a random one, but always the
 * same. Nothing is decoded. Images that cannot be read are skipped, as the loader reports those,
 * and so are images of a split that is not in files.
 *
 * @param split the images
 * @param most the size of the sample
 * @returns the images found, and how many were examined
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
