/** Looks for pictures with an EXIF orientation, without decoding them. */
import { readHead } from "./archives/files.ts";
import { DataError } from "./errors.ts";
import { exifOrientation } from "./images/orientation.ts";
import type { Split } from "./sample.ts";

/** Cameras and tools write EXIF data before the picture's; a JPEG's have no more room than this. */
const headBytes = 2 ** 16;

/** An image with an EXIF orientation, which is not applied. */
export interface OrientedImage {
  /** Its name. */
  name: string;
  /** The orientation, 2 to 8. */
  orientation: number;
}

/**
 * The pictures of a split with an EXIF orientation, in order. Of each the first 64 KiB are read, where it lies in a
 * file; one that cannot be read is passed over, which whoever loads it will say.
 *
 * @param split the images
 */
export async function orientedImages(split: Split): Promise<OrientedImage[]> {
  const found: OrientedImage[] = [];
  for (let index = 0; index < split.length; index++) {
    const entry = split.entry?.(index);
    if (entry === undefined) continue;
    const orientation = await orientationOf(entry.image);
    if (orientation > 1) found.push({ name: entry.name, orientation });
  }
  return found;
}

async function orientationOf(file: string): Promise<number> {
  try {
    return exifOrientation(await readHead(file, headBytes));
  } catch (error) {
    if (error instanceof DataError) return 1;
    throw error;
  }
}
