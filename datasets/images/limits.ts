/**
 * Limits of an image's size, checked before memory for its pixels is allocated.
 *
 * @module
 */
import { inflateSync } from "node:zlib";
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

/** Deflate makes at most this many bytes from one. */
const largestRatio = 1032;
/** A file may inflate to this many bytes without a closer look. */
const harmlessBytes = 2 ** 26;

/**
 * Checks how far compressed data (zlib) inflates, before memory for the pixels is taken. Small files cannot inflate to much and are let
 * through; others are inflated up to the limit first.
 *
 * @param compressed the data
 * @param wanted the most bytes
 * @param file its path, for messages
 * @throws {DataError} if there are more, or there cannot be as many
 */
export function checkInflated(compressed: Uint8Array, wanted: number, file: string): void {
  if ((compressed.length + 64) * largestRatio < wanted) {
    throw new DataError(
      `Cannot decode ${file} as its ${compressed.length} bytes of data cannot be the ${wanted} bytes of its ` +
        "pixels: it is cut off or damaged; copy it from its source again",
    );
  }
  if (compressed.length * largestRatio <= Math.max(harmlessBytes, wanted)) return;
  try {
    inflateSync(compressed, { maxOutputLength: wanted });
  } catch (error) {
    // The decoder reports damage, by its checksums.
    if (!(error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")) {
      return;
    }
    throw new DataError(
      `Cannot decode ${file} as its data inflates to more than the ${wanted} bytes of its pixels: it is ` +
        `damaged, or made to fill the memory; replace the file`,
    );
  }
}
