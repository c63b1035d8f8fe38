/**
 * Which files of a folder or an archive are pictures, by their names.
 *
 * @module
 */
import { DataError } from "../errors.ts";

const picture = /\.(jpe?g|png)$/i;

/** Unsupported formats, by file extension. */
const otherFormats: ReadonlyMap<string, string> = new Map([
  ["bmp", "a BMP"],
  ["gif", "a GIF"],
  ["tif", "a TIFF"],
  ["tiff", "a TIFF"],
  ["webp", "a WebP"],
  ["ppm", "a PPM"],
  ["pgm", "a PGM"],
  ["pbm", "a PBM"],
  ["pnm", "a PNM"],
  ["jp2", "a JPEG 2000"],
  ["j2k", "a JPEG 2000"],
  ["jxl", "a JPEG XL"],
  ["avif", "an AVIF"],
  ["heic", "a HEIC"],
  ["heif", "a HEIF"],
  ["psd", "a Photoshop document"],
]);

/** Other extensions of JPEG files. */
const jpegEndings: readonly string[] = ["jfif", "jpe", "jif"];

/**
 * Whether a file is a picture to use. Other files, such as lists and thumbnail caches, are ignored.
 *
 * @param name its name
 * @param place where it is, for messages
 * @returns whether it is
 * @throws {DataError} if it is a picture in an unsupported format, as leaving it out would change
 *   the set
 */
export function isPicture(name: string, place: string): boolean {
  if (name.startsWith(".")) return false;
  if (picture.test(name)) return true;
  const ending = endingOf(name);
  if (jpegEndings.includes(ending)) {
    throw new DataError(
      `Cannot use ${place} as a JPEG's name must end in .jpg or .jpeg: rename it, or remove it`,
    );
  }
  const format = otherFormats.get(ending);
  if (format === undefined) return false;
  throw new DataError(
    `Cannot use ${place} as it is ${format}, and pictures must be JPEG or PNG files: convert it, or remove it`,
  );
}

/**
 * Whether a file is a mask to use. Other files, such as lists, are ignored.
 *
 * @param name its name
 * @param place where it is, for messages
 * @returns whether it is
 * @throws {DataError} if it is a picture or an array in a format that is not supported for masks
 */
export function isMask(name: string, place: string): boolean {
  if (name.startsWith(".")) return false;
  if (/\.png$/i.test(name)) return true;
  const ending = endingOf(name);
  if (picture.test(name) || jpegEndings.includes(ending)) {
    throw new DataError(
      `Cannot use ${place} as it is a JPEG, whose compression changes labels, and masks must be PNG files: make ` +
        `it again from its source as a PNG, or remove it`,
    );
  }
  const format = maskArrays.get(ending) ?? otherFormats.get(ending);
  if (format === undefined) return false;
  throw new DataError(
    `Cannot use ${place} as it is ${format}, and masks must be PNG files: convert it, with each pixel its label, ` +
      `or remove it`,
  );
}

/** Files of arrays in which other tools keep masks. */
const maskArrays: ReadonlyMap<string, string> = new Map([
  ["npy", "an array of NumPy's"],
  ["npz", "arrays of NumPy's"],
  ["mat", "a MATLAB file"],
]);

function endingOf(name: string): string {
  return /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}
