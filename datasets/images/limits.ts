/** The bounds on an image's size, checked before anything is allocated for its pixels. */
import { inflateSync } from "node:zlib";
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

/** Deflate makes at most this many bytes of one. */
const largestRatio = 1032;
/** What any file may inflate to without a closer look. */
const harmlessBytes = 2 ** 26;

/**
 * Throws `DataError` where compressed data (zlib) inflates to more than `wanted` bytes. Small files cannot inflate to
 * much and are let through; the others are inflated up to that bound first.
 */
export function checkInflated(compressed: Uint8Array, wanted: number, file: string): void {
  if (compressed.length * largestRatio <= Math.max(harmlessBytes, wanted)) return;
  try {
    inflateSync(compressed, { maxOutputLength: wanted });
  } catch (error) {
    // Damage is for the decoder to tell, with its checksums.
    if (!(error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")) {
      return;
    }
    throw new DataError(
      `Cannot decode ${file} as its data inflates to more than the ${wanted} bytes of its pixels: it is ` +
        `damaged, or made to fill the memory; replace the file`,
    );
  }
}
