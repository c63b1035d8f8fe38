/**
 * The labels of a mask in ADE20k's coding: 0 is ignored, and 1 to N are the classes.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { decodeMaskPng } from "../images/png.ts";
import type { LabelImage } from "../sample.ts";

/** Many tools count classes from 0, and write 255 where a pixel is ignored. */
const ignoredBy255 =
  "where 255 means ignored and classes count from 0, add 1 to each pixel of all masks as bytes, of which 255 " +
  "becomes 0 (in Python: Image.fromarray(numpy.asarray(Image.open(f)) + 1).save(f))";

/**
 * Decodes a mask.
 *
 * @param bytes the PNG's bytes
 * @param file its path, for messages
 * @param classes how many classes there are
 * @returns labels 0 to `classes − 1`, −1 where a pixel is ignored
 * @throws {DataError} naming `file`, if it is damaged or of another form, or holds another label
 */
export function labelsFromOne(bytes: Uint8Array, file: string, classes: number): LabelImage {
  const { width, height, data } = decodeMaskPng(bytes, file);
  const labels = new Int16Array(data.length);
  for (let i = 0; i < labels.length; i++) {
    const value = data[i] as number;
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
  return { width, height, labels };
}
