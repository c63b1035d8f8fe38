/**
 * Reads a palette of one's own: which colour of a mask is which class.
 *
 * @module
 */
import { lookAt, readText } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import type { PaletteCoding, PaletteColor } from "../sample.ts";

/** Names of colours that are no class, in lower case. */
const ignoredNames: readonly string[] = ["ignored", "void", "unlabeled", "unlabelled"];

/** The most classes that reports can tell apart, as in masks of a byte a pixel. */
const mostClasses = 255;

const wanted = "three numbers from 0 to 255 and a name, such as `128 64 128 road`";

/** A palette, and the names of its classes in the order of their labels. */
export interface Palette {
  readonly coding: PaletteCoding;
  readonly classNames: readonly string[];
}

/**
 * Reads a palette: `r g b name` a line, with blanks, tabs or commas between the numbers. Empty lines
 * and lines that begin with `#` don't count. Classes are numbered in the order in which their names
 * first appear; a name may have several colours. Colours called `ignored`, `void`, `unlabeled` or
 * `unlabelled`, in any case, are no class.
 *
 * @param file its path
 * @returns the palette
 * @throws {DataError} naming the file and the line, if it is missing, or not of this form, names a
 *   colour twice, or has no class, or more than 255
 */
export async function readPalette(file: string): Promise<Palette> {
  const info = await lookAt(file);
  if (info?.isFile !== true) {
    throw new DataError(
      `Cannot read the palette ${file} as ${
        info === undefined ? "there is no such file" : "it is no file"
      }: ` +
        "give the file that names the colours, `r g b name` a line",
    );
  }
  const lines = (await readText(file)).split("\n");
  const labels = new Map<string, number>();
  const places = new Map<string, number>();
  const palette: PaletteColor[] = [];
  for (const [i, text] of lines.entries()) {
    const line = text.trim();
    if (line === "" || line.startsWith("#")) continue;
    const { color, name } = parseLine(line, i + 1, file);
    const before = places.get(color.join());
    if (before !== undefined) throw twice(color, before, i + 1, file);
    places.set(color.join(), i + 1);
    const isIgnored = ignoredNames.includes(name.toLowerCase());
    if (!isIgnored && !labels.has(name)) labels.set(name, labels.size);
    palette.push([...color, isIgnored ? -1 : labels.get(name)!]);
  }
  if (labels.size === 0 || labels.size > mostClasses) {
    throw new DataError(
      `Cannot use the palette ${file} as it names ${labels.size} classes, and 1 to ${mostClasses} are ` +
        `wanted: write for each colour ${wanted}`,
    );
  }
  return { coding: { palette }, classNames: [...labels.keys()] };
}

function parseLine(
  line: string,
  number: number,
  file: string,
): { color: readonly [number, number, number]; name: string } {
  const match = /^(\d+)[\s,]+(\d+)[\s,]+(\d+)[\s,]+(\S.*)$/.exec(line);
  const [red, green, blue] = match?.slice(1, 4).map(Number) ?? [];
  if (match !== null && [red!, green!, blue!].every((value) => value <= 255)) {
    return { color: [red!, green!, blue!], name: match[4]! };
  }
  throw new DataError(
    `Cannot read the palette ${file} as its line ${number} is "${line}", and ${wanted}, are expected: ` +
      "correct the line, or begin it with # if it is none",
  );
}

function twice(
  color: readonly number[],
  before: number,
  number: number,
  file: string,
): DataError {
  return new DataError(
    `Cannot read the palette ${file} as its lines ${before} and ${number} both have the colour ` +
      `(${color.join(", ")}): give each colour one line`,
  );
}
