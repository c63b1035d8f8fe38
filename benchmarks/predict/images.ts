/**
 * The images that are predicted.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { DataError, reasonOf } from "../../datasets/errors.ts";
import { decodeImage } from "../../datasets/images/image.ts";
import type { RgbImage } from "../../src/pictures/picture.ts";
import { isPicture } from "../../datasets/images/picture_names.ts";

/** An image that is asked for. */
export interface ImageFile {
  /** What its predictions are called: its path in the folder given, or its name, without ending. */
  name: string;
  file: string;
}

/**
 * The images that arguments name: files, and all pictures in folders and below.
 *
 * @returns the images, those of a folder sorted
 * @throws {DataError} if a path is not there or no picture, a folder holds none, or two images would be
 * written to one place
 */
export async function listImages(paths: readonly string[]): Promise<ImageFile[]> {
  const images: ImageFile[] = [];
  for (const path of paths) {
    const { isDirectory } = await Deno.stat(path).catch((error) => {
      const missing = error instanceof Deno.errors.NotFound;
      const reason = missing ? "there is no such file or folder" : reasonOf(error);
      throw new DataError(`Cannot predict ${path} as ${reason}`, { cause: error });
    });
    if (!isDirectory && !isPicture(basename(path), path)) {
      throw new DataError(
        `Cannot predict ${path} as images must be JPEG or PNG files: leave it out`,
      );
    }
    const found = isDirectory ? await picturesIn(path, "") : [basename(path)];
    if (found.length === 0) {
      throw new DataError(`Cannot predict ${path} as there are no JPEG or PNG files in it`);
    }
    for (const name of found.sort()) {
      images.push({
        name: name.replace(/\.\w+$/, ""),
        file: isDirectory ? join(path, name) : path,
      });
    }
  }
  checkPlaces(images);
  return images;
}

/** Paths in the folder, with `/` between. */
async function picturesIn(folder: string, below: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = `${below}${name}`;
    if (isDirectory) names.push(...await picturesIn(folder, `${path}/`));
    else if (isPicture(name, join(folder, path))) names.push(path);
  }
  return names;
}

/** A place may be a file's, or a folder's that others lie in. */
function checkPlaces(images: readonly ImageFile[]): void {
  const places = new Map<string, string>();
  for (const { name, file } of images) {
    const other = places.get(`${name}.png`);
    if (other !== undefined) throw samePlace(other, file, name);
    places.set(`${name}.png`, file);
  }
  for (const { name, file } of images) {
    for (let folder = dirname(name); folder !== "."; folder = dirname(folder)) {
      const other = places.get(folder);
      if (other !== undefined) throw samePlace(other, file, folder);
    }
  }
}

function samePlace(one: string, other: string, place: string): DataError {
  return new DataError(
    `Cannot predict both ${one} and ${other} as both would be written as ${place}: give each a ` +
      "name of its own, or predict them into two folders",
  );
}

/**
 * Reads and decodes an image, as data sets are read: its EXIF orientation is not applied.
 *
 * @throws {DataError} if it is missing, no JPEG or PNG, or damaged
 */
export async function readImage({ file }: ImageFile): Promise<RgbImage> {
  const bytes = await Deno.readFile(file).catch((error) => {
    throw new DataError(`Cannot read ${file} (${reasonOf(error)})`, { cause: error });
  });
  return await decodeImage(bytes, file);
}

/**
 * Reads every image, with its truth, before the first is predicted.
 *
 * @param skipBad how many may be bad
 * @param tell gets a line about each that is passed over
 * @throws {DataError} if more are bad, or none is left
 */
export async function usableImages(
  images: readonly ImageFile[],
  read: (image: ImageFile) => Promise<unknown>,
  skipBad: number,
  tell: (line: string) => void,
): Promise<ImageFile[]> {
  const usable: ImageFile[] = [];
  const bad: string[] = [];
  for (const image of images) {
    try {
      await read(image);
      usable.push(image);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      bad.push(error.message);
    }
  }
  if (bad.length > skipBad || usable.length === 0) throw tooMany(bad, usable.length, skipBad);
  bad.forEach((reason) => tell(`passed over: ${reason}`));
  return usable;
}

function tooMany(
  [first, ...others]: readonly string[],
  usable: number,
  skipBad: number,
): DataError {
  const count = 1 + others.length;
  const more = count > 1 ? `; ${count - 1} more cannot be used` : "";
  if (usable === 0) return new DataError(`${first}${more}, and no image is left`);
  const limit = skipBad > 0 ? `; --skip-bad is ${skipBad}` : `; --skip-bad ${count} passes over`;
  return new DataError(`${first}${more}${limit}`);
}
