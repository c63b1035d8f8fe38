/**
 * Reads one image and its mask: all that a worker needs to know of a segmentation data set.
 *
 * @module
 */
import { DataError, reasonOf } from "../errors.ts";
import { decodeImage, imageSize } from "../images/image.ts";
import type { RgbImage, Size } from "../../src/pictures/picture.ts";
import { exifOrientation } from "../images/orientation.ts";
import type { LabelledMask, SegmentationEntry, SegmentationSample } from "../sample.ts";
import { codingOf } from "./coding.ts";

/**
 * Reads and decodes an image and its labels: 0 to `classes − 1`, and −1 where a pixel is ignored.
 *
 * @param entry where the two are
 * @param decode decodes the image's bytes, naming the file in its errors
 * @returns both
 * @throws {DataError} if a file is missing or unusable, or the two do not fit together
 */
export async function readPair(
  entry: SegmentationEntry,
  decode: (bytes: Uint8Array, file: string) => Promise<RgbImage> = decodeImage,
): Promise<SegmentationSample> {
  const [image, mask] = await Promise.all([readBytes(entry.image), readBytes(entry.mask)]);
  const picture = await decode(image, entry.image);
  return { ...labelsOf(entry, mask, picture, image), image: picture.data };
}

/**
 * Reads an image's labels as {@linkcode readPair} does. The image is checked by its header and not
 * decoded, which is many times faster.
 *
 * @param entry where the two are
 * @returns the labels
 * @throws {DataError} as `readPair`, except for damage to the image that only decoding reveals
 */
export async function readMask(entry: SegmentationEntry): Promise<LabelledMask> {
  const [image, mask] = await Promise.all([readBytes(entry.image), readBytes(entry.mask)]);
  return labelsOf(entry, mask, imageSize(image, entry.image), image);
}

/**
 * Reads the labels alone, as {@linkcode readPair} gives them, and does not open the image.
 *
 * @param entry where the mask is
 * @returns `[height, width]`
 * @throws {DataError} if the mask is missing or unusable
 */
export async function readLabels(
  { mask, coding, classes }: Omit<SegmentationEntry, "name" | "image">,
): Promise<Int16Array> {
  return codingOf(coding).decode(await readBytes(mask), mask, classes).labels;
}

/** Decodes a mask, and checks that it fits its image. */
function labelsOf(
  { name, image: imageFile, mask: maskFile, coding, classes }: SegmentationEntry,
  maskBytes: Uint8Array,
  { width, height }: Size,
  imageBytes: Uint8Array,
): LabelledMask {
  const mask = codingOf(coding).decode(maskBytes, maskFile, classes);
  const orientation = exifOrientation(imageBytes);
  checkFit({ image: imageFile, mask: maskFile }, { width, height }, mask, orientation);
  return { name, ...mask, ...(orientation > 1 && { orientation }) };
}

/**
 * Checks that a mask has its image's size.
 *
 * @param files where both are, for messages
 * @param image the image's size
 * @param mask the mask's
 * @param orientation the image's EXIF orientation
 * @throws {DataError} if it does not
 */
export function checkFit(
  files: { image: string; mask: string },
  { width, height }: Size,
  mask: Size,
  orientation: number,
): void {
  if (width === mask.width && height === mask.height) return;
  const isTurned = orientation >= 5 && width === mask.height && height === mask.width;
  throw isTurned ? turned(files.image, files.mask, orientation) : new DataError(
    `Cannot use ${files.mask} as it is ${mask.width}×${mask.height}, and its image is ` +
      `${width}×${height}: make the mask anew at the image's size`,
  );
}

/** The error for a mask that fits the picture as viewers show it. */
function turned(image: string, mask: string, orientation: number): DataError {
  return new DataError(
    `Cannot use ${image} as it has the EXIF orientation ${orientation}, which swaps width and height and is ` +
      `not applied here, and ${mask} was made for the turned picture: turn the picture's pixels (in Python ` +
      "with Pillow: ImageOps.exif_transpose(Image.open(f)).save(f, quality=95)), and leave the mask as it is",
  );
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(file);
  } catch (error) {
    throw new DataError(
      `Cannot read ${file} (${reasonOf(error)}): restore the file, or make it readable`,
      { cause: error },
    );
  }
}
