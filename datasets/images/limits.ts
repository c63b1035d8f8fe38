/**
 * Limits of an image's size, checked before memory for its pixels is allocated.
 *
 * @module
 */
import { DataError } from "../errors.ts";

/** Pixels that a file may claim: 100 megapixels, a picture of 10,000×10,000. */
export const maxPixels = 100_000_000;

/**
 * Checks the size that a file's header claims.
 *
 * @param width pixels across
 * @param height pixels down
 * @param file its path, for messages
 * @throws {DataError} if there are no pixels, or more than `maxPixels`
 */
export function checkPixels(width: number, height: number, file: string): void {
  if (width > 0 && height > 0 && width * height <= maxPixels) return;
  throw new DataError(
    `Cannot decode ${file} as its header claims ${width}×${height} pixels, and between 1 and ` +
      `${maxPixels} are supported: replace the file, or scale the image down`,
  );
}
