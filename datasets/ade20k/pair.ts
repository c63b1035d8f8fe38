/** Reads one image and its mask: all that a worker has to know of a segmentation data set. */
import { DataError, reasonOf } from "../errors.ts";
import { decodeImage, imageSize } from "../images/image.ts";
import type { RgbImage } from "../images/limits.ts";
import { exifOrientation } from "../images/orientation.ts";
import { decodeMaskPng, type GrayImage } from "../images/png.ts";
import type { Size } from "../images/resize_filter.ts";
import type { LabelledMask, SegmentationEntry, SegmentationSample } from "../sample.ts";

/**
 * Reads and decodes an image and its labels: a mask's 0 becomes −1 (ignored), 1 to `classes` become
 * 0 to `classes − 1`.
 *
 * @param entry where the two lie
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
 * Reads an image's labels as {@linkcode readPair} does. Of the image nothing but the header is looked
 * at: decoding the mask alone is many times faster.
 *
 * @param entry where the two lie
 * @returns the labels
 * @throws {DataError} as `readPair`, but for damage to the image that only decoding finds
 */
export async function readMask(entry: SegmentationEntry): Promise<LabelledMask> {
  const [image, mask] = await Promise.all([readBytes(entry.image), readBytes(entry.mask)]);
  return labelsOf(entry, mask, imageSize(image, entry.image), image);
}

/**
 * Reads the labels alone, as {@linkcode readPair} gives them, and does not open the image.
 *
 * @param entry where the mask lies
 * @returns `[height, width]`
 * @throws {DataError} if the mask is missing or unusable
 */
export async function readLabels(
  { mask, classes }: Pick<SegmentationEntry, "mask" | "classes">,
): Promise<Int16Array> {
  return toLabels(decodeMaskPng(await readBytes(mask), mask), classes, mask);
}

/** Decodes a mask, and checks that it fits its image. */
function labelsOf(
  { name, image: imageFile, mask: maskFile, classes }: SegmentationEntry,
  maskBytes: Uint8Array,
  { width, height }: Size,
  imageBytes: Uint8Array,
): LabelledMask {
  const mask = decodeMaskPng(maskBytes, maskFile);
  const orientation = exifOrientation(imageBytes);
  if (width !== mask.width || height !== mask.height) {
    const isTurned = orientation >= 5 && width === mask.height && height === mask.width;
    throw isTurned ? turned(imageFile, maskFile, orientation) : new DataError(
      `Cannot use ${maskFile} as it is ${mask.width}×${mask.height}, and its image is ` +
        `${width}×${height}: make the mask anew at the image's size`,
    );
  }
  const labels = toLabels(mask, classes, maskFile);
  return { name, width, height, labels, ...(orientation > 1 && { orientation }) };
}

/** A mask that fits the picture as viewers show it. */
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

/** Many tools count classes from 0, and write 255 where a pixel is ignored. */
const ignoredBy255 =
  "where 255 means ignored and classes count from 0, add 1 to each pixel of all masks as bytes, of which 255 " +
  "becomes 0 (in Python: Image.fromarray(numpy.asarray(Image.open(f)) + 1).save(f))";

function toLabels(mask: GrayImage, classes: number, file: string): Int16Array {
  const labels = new Int16Array(mask.data.length);
  for (let i = 0; i < labels.length; i++) {
    const value = mask.data[i] as number;
    if (value > classes) {
      throw new DataError(
        `Cannot use ${file} as it holds the label ${value}, and the set has ${classes} classes (0 ` +
          `ignored, 1 to ${classes}): correct the mask, or the number of classes${
            value === 255 ? `; ${ignoredBy255}` : ""
          }`,
      );
    }
    labels[i] = value - 1;
  }
  return labels;
}
