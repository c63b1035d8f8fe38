/** The bound on an image's size, checked on the header's claim before anything is allocated for its pixels. */
import { DataError } from "../errors.ts";

/** A decoded picture: 8-bit RGB, row by row, `[height, width, 3]`. */
export interface RgbImage {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** `height · width · 3` bytes: red, green, blue of each pixel. */
  data: Uint8Array;
}

/** Pixels that a file may claim: 100 megapixels, a picture of 10,000×10,000. */
export const maxPixels = 100_000_000;

/** Throws `DataError` where `file`'s header claims no pixels, or more than `maxPixels`. */
export function checkPixels(width: number, height: number, file: string): void {
  if (width > 0 && height > 0 && width * height <= maxPixels) return;
  throw new DataError(
    `Cannot decode ${file} as its header claims ${width}×${height} pixels, and between 1 and ` +
      `${maxPixels} are wanted: replace the file, or scale the image down`,
  );
}
