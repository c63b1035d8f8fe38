/**
 * The codings of masks: which value means which class, and which is ignored.
 *
 * @module
 */
import { encodeGrayPng } from "../images/png.ts";
import type { LabelConvention, LabelImage, MaskCoding } from "../sample.ts";
import { numberedLabels, numbering } from "./numbered_labels.ts";
import { vocIgnored, vocPalette } from "./palette.ts";
import { encodePalette, paletteLabels } from "./palette_labels.ts";
import { vocLabels } from "./voc_labels.ts";

/** One way in which masks say what a pixel is. */
export interface Coding {
  /** What it is called: as a convention is asked for, or whose palette it is. */
  readonly name: string;
  /** What pixels are that are ignored, for messages; undefined where none can be. */
  readonly ignored: string | undefined;
  /** The value of the first class; the others follow. Of a palette, that in masks that we write. */
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

const named: Readonly<Record<Extract<MaskCoding, string>, Coding>> = {
  ade20k: numbers("zero-is-ignored"),
  "from-zero": numbers("from-zero"),
  "from-zero,255-ignored": numbers("from-zero,255-ignored"),
  voc: {
    name: "PASCAL VOC's palette",
    ignored: `${vocIgnored}`,
    first: 0,
    decode: vocLabels,
    encode: (values, width, height) => encodeGrayPng(values, width, height, vocPalette),
  },
};

/**
 * The coding that goes with a file.
 *
 * @param coding its name, or a palette
 * @returns how such masks are read and written
 */
export function codingOf(coding: MaskCoding): Coding {
  if (typeof coding === "string") return named[coding];
  return {
    name: "a palette of one's own",
    ignored: coding.palette.some(([, , , label]) => label === -1)
      ? "of the palette's ignored colours"
      : undefined,
    first: 0,
    decode: (bytes, file) => paletteLabels(bytes, file, coding),
    encode: (values, width, height) => encodePalette(values, width, height, coding),
  };
}

/**
 * The coding of masks that follow a convention.
 *
 * @param convention as it is asked for
 * @returns the coding's name
 */
export function codingFor(convention: LabelConvention): MaskCoding {
  return convention === "zero-is-ignored" ? "ade20k" : convention;
}

function numbers(name: LabelConvention): Coding {
  const { first, ignored } = numbering[name];
  return {
    name,
    ignored: ignored === undefined ? undefined : `${ignored}`,
    first,
    decode: (bytes, file, classes) => numberedLabels(bytes, file, classes, name),
    encode: encodeGrayPng,
  };
}
