/**
 * The labels of a mask whose values are the classes' numbers.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { decodeMaskPng, type GrayImage } from "../images/png.ts";
import { type LabelConvention, labelConventions, type LabelImage } from "../sample.ts";

/** The value of the first class, and the one that is ignored, by convention. */
export const numbering: {
  readonly [C in LabelConvention]: { readonly first: number; readonly ignored?: number };
} = {
  "zero-is-ignored": { first: 1, ignored: 0 },
  "from-zero": { first: 0 },
  "from-zero,255-ignored": { first: 0, ignored: 255 },
};

/** More values than these say no more. */
const mostValues = 12;

/**
 * Decodes a mask.
 *
 * @param bytes the PNG's bytes: gray, or a palette, of which the indices count
 * @param file its path, for messages
 * @param classes how many classes there are
 * @param convention what its values mean
 * @returns labels 0 to `classes − 1`, −1 where a pixel is ignored
 * @throws {DataError} naming `file`, if it is damaged or of another form, or holds a value without a
 *   meaning: the error says which, and which convention would fit
 */
export function numberedLabels(
  bytes: Uint8Array,
  file: string,
  classes: number,
  convention: LabelConvention,
): LabelImage {
  const mask = decodeMaskPng(bytes, file);
  const { width, height, data } = mask;
  checkPacked(mask, file, convention);
  const table = Int16Array.from({ length: 256 }, (_, value) => labelOf(value, classes, convention));
  const labels = new Int16Array(data.length);
  for (let i = 0; i < labels.length; i++) {
    const label = table[data[i]!]!;
    if (label === unknown) throw contradiction(mask, i, { file, classes, convention });
    labels[i] = label;
  }
  return { width, height, labels };
}

/**
 * What packs gray of 8 bits into fewer keeps brightness, not numbers: 255 then is the highest value.
 *
 * @throws {DataError} if the mask has it, where 255 means ignored
 */
function checkPacked(
  { data, depth, palette }: GrayImage,
  file: string,
  convention: LabelConvention,
): void {
  const most = 2 ** depth - 1;
  if (depth === 8 || palette !== undefined || numbering[convention].ignored !== most8) return;
  if (!data.includes(most)) return;
  throw new DataError(
    `Cannot use ${file} as it is gray of ${depth} bit${
      depth === 1 ? "" : "s"
    }, of which ${most} may be a class, or the ${most8} of 8 bits ` +
      `that a tool has packed, which is ignored under ${convention}: give labels from-zero where it is a ` +
      "class, or save the mask with 8 bits",
  );
}

/** The highest value of 8 bits. */
const most8 = 255;

/** Stands for a value without a meaning. */
const unknown = -2;

function labelOf(value: number, classes: number, convention: LabelConvention): number {
  const { first, ignored } = numbering[convention];
  if (value === ignored) return -1;
  return value >= first && value < first + classes ? value - first : unknown;
}

/**
 * The conventions under which each of some values means something.
 *
 * @param values values of masks
 * @param classes how many classes there are
 * @returns those that fit
 */
export function fittingConventions(values: readonly number[], classes: number): LabelConvention[] {
  return labelConventions.filter((convention) =>
    values.every((value) => labelOf(value, classes, convention) !== unknown)
  );
}

/**
 * What a convention means for a number of classes, in words.
 *
 * @param convention the convention
 * @param classes how many classes there are
 * @returns such as `0 to 18 the classes, 255 ignored`
 */
export function meaningOf(convention: LabelConvention, classes: number): string {
  const { first, ignored } = numbering[convention];
  const range = `${first} to ${first + classes - 1} the classes`;
  if (ignored === undefined) return `${range}, none ignored`;
  return ignored < first ? `${ignored} ignored, ${range}` : `${range}, ${ignored} ignored`;
}

function contradiction(
  { width, data }: GrayImage,
  at: number,
  { file, classes, convention }: { file: string; classes: number; convention: LabelConvention },
): DataError {
  const values = [...new Set(data)].sort((a, b) => a - b);
  const shown = values.slice(0, mostValues).join(", ");
  const all = values.length > mostValues ? `${shown}, … ${values.at(-1)}` : shown;
  const place = `column ${at % width}, row ${Math.floor(at / width)}`;
  return new DataError(
    `Cannot use ${file} as it holds the label ${
      data[at]
    } (${place}; its values are ${all}), and the set has ` +
      `${classes} classes (${convention}: ${meaningOf(convention, classes)}): ${
        adviceFor(values, classes)
      }`,
  );
}

function adviceFor(values: readonly number[], classes: number): string {
  const fitting = fittingConventions(values, classes).map((labels) =>
    `labels ${labels} would fit this mask (--labels ${labels}: ${
      meaningOf(labels, classes)
    }); else `
  );
  const isBinary = values.every((value) => value === 0 || value === 255);
  const white = isBinary
    ? "where 255 is a class, give a palette (--palette FILE with the lines 0 0 0 NAME and 255 255 255 NAME); "
    : "";
  return `${white}${fitting.join("")}correct the mask, or the number of classes`;
}
