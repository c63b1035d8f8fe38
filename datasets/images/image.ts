/** Decodes a picture by what its first bytes say, whatever its name ends in. */
import { DataError } from "../errors.ts";
import { foreignPicture } from "./foreign_pictures.ts";
import { decodeJpeg } from "./jpeg.ts";
import { isJpeg } from "./jpeg_header.ts";
import type { RgbImage } from "./limits.ts";
import { decodePng } from "./png.ts";
import { isPng } from "./png_chunks.ts";

/**
 * Decodes a JPEG or PNG file's bytes to RGB.
 *
 * Throws `DataError`, naming `file`, where the bytes are neither, or damaged.
 */
export async function decodeImage(bytes: Uint8Array, file: string): Promise<RgbImage> {
  if (isJpeg(bytes)) return await decodeJpeg(bytes, file);
  if (isPng(bytes)) return decodePng(bytes, file);
  const format = foreignPicture(bytes);
  if (format !== undefined) {
    throw new DataError(
      `Cannot decode ${file} as its bytes are ${format}, whatever its name says, and a JPEG or PNG is ` +
        `wanted: convert it`,
    );
  }
  throw new DataError(
    `Cannot decode ${file} as its ${bytes.length} bytes begin neither as a JPEG nor as a PNG: copy it ` +
      `from its source again`,
  );
}
