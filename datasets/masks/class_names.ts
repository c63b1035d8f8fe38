/**
 * How many classes a set of images with masks has, and their names.
 *
 * @module
 */
import { join } from "node:path";
import { lookAt, readText } from "../archives/files.ts";
import { DataError, NoClassListError } from "../errors.ts";

/** Classes of ADE20k's scene parsing benchmark. */
const ade20kClasses = 150;

/** The most classes that the bytes of a mask can distinguish; 0 means ignored. */
export const mostClasses = 255;

/**
 * Reads the class names from `classes.txt` (a name a line) or `objectInfo150.txt` (its column
 * Name). Without either they are `class 1` … `class N`.
 *
 * @param root the data set's folder
 * @param wanted how many classes there should be, if that was given
 * @param isAde20k whether the set is ADE20k's, which has 150 classes
 * @returns the names, in the order of their labels
 * @throws {DataError} if a list is not in UTF-8, is empty, longer than 255, names a class twice or
 *   has another length than `wanted`, or nothing gives the number of classes
 */
export async function readClassNames(
  root: string,
  wanted: number | undefined,
  isAde20k: boolean,
): Promise<string[]> {
  const listed = await listedNames(root);
  if (listed === undefined) return numbered(wanted ?? (isAde20k ? ade20kClasses : missing(root)));
  if (wanted === undefined || wanted === listed.names.length) return listed.names;
  throw new DataError(
    `Cannot read ${listed.file} as it names ${listed.names.length} classes, and ${wanted} were asked ` +
      `for: make the list as long as the number of classes, or leave the number out`,
  );
}

/**
 * Checks a list of names, where the set has one, against a palette, whose names the classes have.
 *
 * @param root the data set's folder
 * @param names those of the palette
 * @throws {DataError} if the list is wrong, or has other names, or another order
 */
export async function checkPaletteNames(root: string, names: readonly string[]): Promise<void> {
  const listed = await listedNames(root);
  if (listed === undefined) return;
  const length = Math.max(names.length, listed.names.length);
  for (let i = 0; i < length; i++) {
    if (names[i] === listed.names[i]) continue;
    throw new DataError(
      `Cannot use the palette as its class ${i + 1} is ${
        quoted(names[i])
      }, and ${listed.file} names ` +
        `${
          quoted(listed.names[i])
        } there: give both the same names in one order, or remove the list`,
    );
  }
}

function quoted(name: string | undefined): string {
  return name === undefined ? "none" : `"${name}"`;
}

async function listedNames(root: string): Promise<{ file: string; names: string[] } | undefined> {
  return await readList(join(root, "classes.txt"), parseNames) ??
    await readList(join(root, "objectInfo150.txt"), parseObjectInfo);
}

function missing(root: string): never {
  throw new NoClassListError(
    `Cannot tell how many classes ${root} has as there is no classes.txt in it: add one with a class ` +
      "name a line, or give the number of classes; of masks in colours, give a palette (--palette FILE), which " +
      "names the classes",
  );
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `class ${i + 1}`);
}

async function readList(
  file: string,
  parse: (lines: string[]) => string[],
): Promise<{ file: string; names: string[] } | undefined> {
  if (await lookAt(file) === undefined) return undefined;
  const text = await readText(file);
  const names = parse(text.split(/\r?\n/).filter((line) => line.trim() !== ""));
  checkNames(names, file);
  return { file, names };
}

function checkNames(names: string[], file: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new DataError(
      `Cannot read ${file} as it names the class "${twice}" twice: give each class a name of its own`,
    );
  }
  if (names.length > mostClasses) {
    throw new DataError(
      `Cannot read ${file} as it names ${names.length} classes, and a mask holds ${mostClasses} at ` +
        `most: shorten the list`,
    );
  }
  if (names.length > 0 && names.every((name) => name !== "")) return;
  throw new DataError(
    `Cannot read ${file} as it names no class, or leaves a name empty: write one class name a line`,
  );
}

function parseNames(lines: string[]): string[] {
  return lines.map((line) => line.trim());
}

/** Parses tab-separated lines with a header; the names are in the column Name. */
function parseObjectInfo(lines: string[]): string[] {
  const [header = "", ...rows] = lines;
  const column = header.split("\t").findIndex((title) => title.trim() === "Name");
  return column < 0 ? [] : rows.map((row) => (row.split("\t")[column] ?? "").trim());
}
