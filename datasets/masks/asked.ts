/**
 * How a set's masks are read where its user says so.
 *
 * @module
 */
import type { OnProblem } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import type { LabelConvention, MaskCoding } from "../sample.ts";
import { codingFor, codingOf } from "./coding.ts";
import { readPalette } from "./palette_file.ts";

/** What a user says of a set's masks. */
export interface MaskOptions {
  /** Which numbers are classes (default: as is usual for the layout). */
  labels?: LabelConvention;
  /** The file that says which colour is which class, instead of `labels`. */
  palette?: string;
}

/** What a user says of a set of images with masks. */
export interface SetOptions extends MaskOptions {
  /**
   * The share of images that are held out for validation, > 0 and < 1, where the set does not say
   * which: by a hash of their names, see {@linkcode isHeldOut}.
   */
  validationShare?: number;
  /**
   * For a pilot, the share of the training images that is evaluated on in place of the validation
   * images, > 0 and < 1: the last by name, see {@linkcode pilotImages}.
   */
  pilotShare?: number;
  /**
   * Takes what is wrong with single files while the set is opened, such as a missing partner; these
   * files are left out. By default the first is thrown.
   */
  onProblem?: OnProblem;
}

/** A coding that was asked for; a palette gives the names of its classes. */
export interface AskedCoding {
  coding: MaskCoding;
  classNames?: readonly string[];
}

/**
 * The coding that is asked for.
 *
 * @param options what is said of the masks
 * @returns the coding; undefined where nothing is said
 * @throws {DataError} if a palette cannot be read, or a convention is given beside it
 */
export async function askedCoding(
  { labels, palette }: MaskOptions,
): Promise<AskedCoding | undefined> {
  if (palette === undefined) {
    return labels === undefined ? undefined : { coding: codingFor(labels) };
  }
  if (labels === undefined) return await readPalette(palette);
  throw new DataError(
    `Cannot read masks by the palette ${palette} and by labels ${labels}: in one the colours are the classes, in the ` +
      "other the numbers; give one of them",
  );
}

/**
 * The line about a coding in the list of files that is hashed.
 *
 * @param coding what masks are read by
 * @param usual what is usual for the layout
 * @returns the line; none where the coding is the usual one
 */
export function codingLines(coding: MaskCoding, usual: MaskCoding): string[] {
  if (coding === usual) return [];
  if (typeof coding === "string") return [`labels\t${codingOf(coding).name}`];
  return [`palette\t${coding.palette.map((color) => color.join(",")).join(" ")}`];
}
