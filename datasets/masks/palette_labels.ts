/**
 * The labels of a mask whose colours say what a pixel is, by a palette of one's own.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { decodePng, describePng, encodeGrayPng, readMaskHeader } from "../images/png.ts";
import type { LabelImage, PaletteCoding, PaletteColor } from "../sample.ts";

/** Labels by colour, as one number each; made once for a palette. */
const tables = new WeakMap<PaletteCoding, ReadonlyMap<number, number>>();

/**
 * Decodes a mask: RGB or RGBA of 8 bits, an indexed one, or a gray one, whose pixels have the colours
 * that Pillow's `convert("RGB")` gives them. Alpha does not count.
 *
 * @param bytes the PNG's bytes
 * @param file its path, for messages
 * @param coding the palette
 * @returns labels from 0; −1 where a pixel is ignored
 * @throws {DataError} naming `file`, if it is damaged or of another form, or naming the pixel too, if
 *   it has a colour that the palette lacks
 */
export function paletteLabels(
  bytes: Uint8Array,
  file: string,
  coding: PaletteCoding,
): LabelImage {
  const header = readMaskHeader(bytes, file);
  if (header.depth > 8) {
    throw new DataError(
      `Cannot read ${file} as a mask as it is ${
        describePng(header)
      }, and a palette's colours have 8 ` +
        "bits: convert it",
    );
  }
  const { width, height, data } = decodePng(bytes, file);
  const table = tableOf(coding);
  const labels = new Int16Array(width * height);
  let [last, label] = [-1, -1]; // most pixels have the colour of the one before
  for (let i = 0; i < labels.length; i++) {
    const color = packed(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!);
    if (color !== last) {
      const found = table.get(color);
      if (found === undefined) throw unknownColor(color, i, width, file, coding);
      [last, label] = [color, found];
    }
    labels[i] = label;
  }
  return { width, height, labels };
}

/**
 * Encodes labels as an indexed mask: a label's index is the label, and its colour the first that the
 * palette has for it.
 *
 * @param values labels from 0, `[height, width]`
 * @param width pixels across
 * @param height pixels down
 * @param coding the palette
 * @returns the file's bytes
 */
export function encodePalette(
  values: Uint8Array,
  width: number,
  height: number,
  { palette }: PaletteCoding,
): Uint8Array {
  const most = palette.reduce((most, [, , , label]) => Math.max(most, label), 0);
  const colors = Array.from({ length: most + 1 }, (_, label) => colorOf({ palette }, label)!);
  return encodeGrayPng(values, width, height, colors);
}

/**
 * The colour of a label.
 *
 * @param coding the palette
 * @param label the label; −1 for ignored
 * @returns the first colour that the palette has for it; undefined where it has none
 */
export function colorOf(
  { palette }: PaletteCoding,
  label: number,
): readonly [number, number, number] | undefined {
  const found = palette.find(([, , , of]) => of === label);
  return found && [found[0], found[1], found[2]];
}

function tableOf(coding: PaletteCoding): ReadonlyMap<number, number> {
  const made = tables.get(coding) ??
    new Map(coding.palette.map(([red, green, blue, label]) => [packed(red, green, blue), label]));
  tables.set(coding, made);
  return made;
}

function packed(red: number, green: number, blue: number): number {
  return (red << 16) | (green << 8) | blue;
}

function unknownColor(
  color: number,
  at: number,
  width: number,
  file: string,
  { palette }: PaletteCoding,
): DataError {
  const seen = [color >> 16, (color >> 8) & 255, color & 255];
  const distance = (other: PaletteColor) =>
    seen.reduce((sum, value, c) => sum + (value - other[c]!) ** 2, 0);
  const [near] = palette.toSorted((a, b) => distance(a) - distance(b));
  return new DataError(
    `Cannot use ${file} as its pixel at column ${at % width}, row ${
      Math.floor(at / width)
    } has the ` +
      `colour (${
        seen.join(", ")
      }), which the palette lacks (the nearest of its ${palette.length} colours is ` +
      `(${
        near!.slice(0, 3).join(", ")
      })): add the colour to the palette; where it is a mixture of others, the ` +
      "mask was resized or compressed with loss, and must be made again",
  );
}
