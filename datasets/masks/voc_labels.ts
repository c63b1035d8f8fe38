/**
 * The labels of a mask in PASCAL VOC's coding: 0 is the background, 1 to 20 are objects, 255 is
 * ignored.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { decodeMaskPng, decodePng, describePng, type GrayImage } from "../images/png.ts";
import { isPng, readPngHeader } from "../images/png_chunks.ts";
import type { LabelImage } from "../sample.ts";
import { type Rgb, vocClasses, vocColor, vocIgnored } from "./palette.ts";

/** Labels by colour, as one number each. */
const byColor: ReadonlyMap<number, number> = new Map(
  [...Array(vocClasses).keys(), vocIgnored].map((index) => [packed(vocColor(index)), label(index)]),
);

const wanted = `PASCAL VOC has the classes 0 to ${vocClasses - 1}, and ${vocIgnored} for ignored`;
const colours = `none of the ${vocClasses} of PASCAL VOC's classes, nor (${
  vocColor(vocIgnored).join(", ")
}) for ignored`;

/**
 * Decodes a mask. Of a palette the _colours_ count: as VOC's own has each class's colour at the
 * class's index, its indices are the classes, and a palette that a tool has sorted or shortened
 * means the same classes still. A mask that lost its palette and is RGB is read by the same colours,
 * each of which must be one of VOC's exactly; in 8-bit gray the values are the classes.
 *
 * @param bytes the PNG's bytes
 * @param file its path, for messages
 * @returns labels 0 to 20, −1 where a pixel is ignored
 * @throws {DataError} naming `file`, if it is damaged or of another form, has a colour that is none
 *   of VOC's, or an index that is none
 */
export function vocLabels(bytes: Uint8Array, file: string): LabelImage {
  if (isPng(bytes)) {
    const header = readPngHeader(bytes, file);
    const isRgb = header.colorType === 2 || header.colorType === 6;
    if (isRgb && header.depth === 8) return ofColors(bytes, file);
    // What packs 8 bits of gray into fewer keeps brightness, not numbers: 255 becomes 1 of one bit.
    if (isRgb || (header.colorType === 0 && header.depth < 8)) {
      throw new DataError(
        `Cannot read ${file} as a mask as it is ${
          describePng(header)
        }, and a palette, 8-bit gray or ` +
          "8-bit RGB in PASCAL VOC's colours is expected: convert it",
      );
    }
  }
  const mask = decodeMaskPng(bytes, file);
  const { width, height, data, palette } = mask;
  const table = new Int16Array(256);
  for (const index of valuesOf(mask)) table[index] = ofIndex(index, palette, file);
  return { width, height, labels: Int16Array.from(data, (index) => table[index]!) };
}

function ofColors(bytes: Uint8Array, file: string): LabelImage {
  const { width, height, data } = decodePng(bytes, file);
  const labels = new Int16Array(width * height);
  for (let i = 0; i < labels.length; i++) {
    const color = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!] as const;
    const found = byColor.get(packed(color));
    if (found === undefined) throw unknownColor(`a pixel of the colour ${text(color)}`, file, "");
    labels[i] = found;
  }
  return { width, height, labels };
}

function ofIndex(index: number, palette: GrayImage["palette"], file: string): number {
  const color = palette?.[index];
  // A palette that ends after the classes leaves 255 without a colour, and its meaning is plain.
  if (color === undefined && (palette === undefined || index === vocIgnored)) {
    if (index < vocClasses || index === vocIgnored) return label(index);
    throw unknownIndex(index, file);
  }
  if (color === undefined) {
    throw new DataError(
      `Cannot use ${file} as a pixel has palette index ${index} and the palette ends before it: copy it ` +
        "from its source again",
    );
  }
  const found = byColor.get(packed(color));
  if (found !== undefined) return found;
  if (packed(color) === packed(vocColor(index))) throw unknownIndex(index, file);
  throw unknownColor(
    `an unknown palette: its index ${index} is ${text(color)}`,
    file,
    "; where its indices are the classes all the same, keep only these (in Python: " +
      "Image.fromarray(numpy.asarray(Image.open(f))).save(f))",
  );
}

function unknownIndex(index: number, file: string): DataError {
  return new DataError(
    `Cannot use ${file} as it holds the class index ${index}, and ${wanted}: correct the mask; where it was ` +
      "made gray from colours, make it again from these",
  );
}

function unknownColor(what: string, file: string, otherwise: string): DataError {
  return new DataError(
    `Cannot use ${file} as it has ${what}, which is ${colours}: give the mask VOC's palette or ` +
      `colours${otherwise}`,
  );
}

function valuesOf({ data }: GrayImage): number[] {
  const seen = new Uint8Array(256);
  for (const value of data) seen[value] = 1;
  return Array.from(seen.keys()).filter((value) => seen[value] === 1);
}

function label(index: number): number {
  return index === vocIgnored ? -1 : index;
}

function packed([red, green, blue]: Rgb): number {
  return (red << 16) | (green << 8) | blue;
}

function text(color: Rgb): string {
  return `(${color.join(", ")})`;
}
