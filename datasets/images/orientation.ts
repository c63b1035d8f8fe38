/**
 * The orientation in which a picture should be shown, by its EXIF data. It is not applied here: see
 * datasets/README.md.
 *
 * @module
 */
import { isJpeg, jpegSegments } from "./jpeg_header.ts";
import { isPng, pngChunks } from "./png_chunks.ts";

/** EXIF's tag 274, and the type of its value: an unsigned integer of 16 bits. */
const [orientationTag, shortType] = [0x0112, 3];

/**
 * Reads the EXIF orientation of a JPEG or PNG: from 5 on, width and height are swapped where it is
 * applied, as by viewers and annotation tools.
 *
 * Only one entry of the first directory is read: libraries parse every entry, at lengths that a
 * damaged file gives, and this runs on each picture.
 *
 * @param bytes the file, at least its header
 * @returns the orientation, 1 to 8; 1 if there is none, or none that can be read
 */
export function exifOrientation(bytes: Uint8Array): number {
  const tiff = tiffOf(bytes);
  if (tiff === undefined || tiff.byteLength < 8) return 1;
  const isLittle = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, isLittle);
  if (directory + 2 > tiff.byteLength) return 1;
  const entries = tiff.getUint16(directory, isLittle);
  for (let at = directory + 2, i = 0; i < entries && at + 12 <= tiff.byteLength; at += 12, i++) {
    if (tiff.getUint16(at, isLittle) !== orientationTag) continue;
    const value = tiff.getUint16(at + 8, isLittle);
    return tiff.getUint16(at + 2, isLittle) === shortType && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** The EXIF data, which are a TIFF file without pixels. */
function tiffOf(bytes: Uint8Array): DataView | undefined {
  if (isJpeg(bytes)) {
    for (const { marker, data } of jpegSegments(bytes)) {
      if (marker === 0xe1 && startsWith(data, "Exif\0\0")) return viewOf(data.subarray(6));
    }
  } else if (isPng(bytes)) {
    for (const { type, data } of pngChunks(bytes)) if (type === "eXIf") return viewOf(data);
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Array.from(text).every((character, i) => bytes[i] === character.charCodeAt(0));
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
