/**
 * Decodes a picture by its first bytes, whatever its file name.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { foreignPicture } from "./foreign_pictures.ts";
import { checkJpeg, decodeJpeg } from "./jpeg.ts";
import { isJpeg } from "./jpeg_header.ts";
import type { RgbImage, Size } from "../../src/pictures/picture.ts";
import { checkPng, decodePng } from "./png.ts";
import { isPng } from "./png_chunks.ts";

/**
 * Decodes a JPEG or PNG file to RGB.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the picture
 * @throws {DataError} naming `file`, if the bytes are neither, or damaged
 */
export async function decodeImage(bytes: Uint8Array, file: string): Promise<RgbImage> {
  if (isJpeg(bytes)) return await decodeJpeg(bytes, file);
  if (isPng(bytes)) return decodePng(bytes, file);
  throw unknown(bytes, file);
}

/**
 * The size of a JPEG or PNG file's picture, by its header: nothing is decoded.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns width and height
 * @throws {DataError} as {@linkcode decodeImage}, except for damage that only decoding reveals
 */
export function imageSize(bytes: Uint8Array, file: string): Size {
  if (isJpeg(bytes)) return checkJpeg(bytes, file);
  if (isPng(bytes)) return checkPng(bytes, file);
  throw unknown(bytes, file);
}

function unknown(bytes: Uint8Array, file: string): DataError {
  const format = foreignPicture(bytes);
  if (format !== undefined) {
    return new DataError(
      `Cannot decode ${file} as its bytes are ${format}, whatever its name says, and a JPEG or PNG is ` +
        `expected: convert it`,
    );
  }
  return new DataError(
    `Cannot decode ${file} as its ${bytes.length} bytes begin neither as a JPEG nor as a PNG: copy it ` +
      `from its source again`,
  );
}
