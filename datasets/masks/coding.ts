/**
 * The codings of masks: which value means which class, and which is ignored.
 *
 * @module
 */
import { encodeGrayPng } from "../images/png.ts";
import type { LabelImage, MaskCoding } from "../sample.ts";
import { labelsFromOne } from "./labels_from_one.ts";
import { vocIgnored, vocPalette } from "./palette.ts";
import { vocLabels } from "./voc_labels.ts";

/** One way in which masks say what a pixel is. */
export interface Coding {
  /** The value that means "ignored". */
  readonly ignored: number;
  /** The value of the first class; the others follow. */
  readonly first: number;
  /**
   * Decodes a mask.
   *
   * @throws {DataError} naming `file`, if it cannot be used
   */
  decode(bytes: Uint8Array, file: string, classes: number): LabelImage;
  /** Encodes values as a mask. */
  encode(values: Uint8Array, width: number, height: number): Uint8Array;
}

/** The codings by name. */
export const codings: Readonly<Record<MaskCoding, Coding>> = {
  ade20k: { ignored: 0, first: 1, decode: labelsFromOne, encode: encodeGrayPng },
  voc: {
    ignored: vocIgnored,
    first: 0,
    decode: vocLabels,
    encode: (values, width, height) => encodeGrayPng(values, width, height, vocPalette),
  },
};
