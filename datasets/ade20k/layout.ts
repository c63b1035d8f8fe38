/**
 * Finds the files of a data set in ADE20k's layout and pairs each image with its mask.
 *
 * @module
 */
import { basename, join, normalize } from "node:path";
import { DataError, reasonOf } from "../errors.ts";
import { isMask, isPicture } from "../images/picture_names.ts";
import { refuseFullSet } from "./full_set.ts";

/** The expected layout, for messages. */
const layout = `ROOT/images/training/NAME.jpg        an RGB picture
  ROOT/images/validation/NAME.jpg
  ROOT/annotations/training/NAME.png   its labels: 0 ignored, 1 to N the classes
  ROOT/annotations/validation/NAME.png
  ROOT/classes.txt                     the N class names, one a line (or ADE20k's objectInfo150.txt)`;

/** The folder that the official archive extracts to. */
const officialFolder = "ADEChallengeData2016";

/** Training images that are grayscale; the published recipe omits them. */
const grayscaleImages: ReadonlySet<string> = new Set(
  ["00001701", "00003020", "00008455", "00013508"].map((number) => `ADE_train_${number}`),
);

/** A part of the data set. */
export type SplitName = "training" | "validation";

/** An image and its mask, by their paths relative to the root, with `/` between folders. */
export interface ImageMaskPair {
  /** File name without its extension. */
  name: string;
  /** E.g. `images/training/NAME.jpg`. */
  image: string;
  /** E.g. `annotations/training/NAME.png`. */
  mask: string;
}

/**
 * Finds the folder that holds `images/` and `annotations/`.
 *
 * @param dir that folder, or the one that holds `ADEChallengeData2016`
 * @returns `dir` itself or its child
 * @throws {DataError} showing the expected layout, if there is neither, or if it is ADE20K's full
 *   set
 */
export async function findRoot(dir: string): Promise<string> {
  await refuseFullSet(dir);
  for (const root of [dir, join(dir, officialFolder)]) {
    if (await isFolder(join(root, "images"))) return root;
  }
  const seen = await isFolder(dir) ? "there is no images folder in it" : "there is no such folder";
  throw layoutError(dir, seen);
}

/**
 * An error that shows the expected layout.
 *
 * @param dir the folder that was given
 * @param seen what was found there
 * @returns the error
 */
export function layoutError(dir: string, seen: string): DataError {
  return new DataError(
    `Cannot read a data set from ${dir} as ${seen}: pass the folder ROOT of a set in ADE20k's layout\n  ${layout}`,
  );
}

/**
 * The data set's name: that of its folder, also if the path ends in `.` or `..`.
 *
 * @param root the data set's folder
 * @returns the name
 */
export async function nameOf(root: string): Promise<string> {
  const name = basename(normalize(root));
  return name === "" || name === "." || name === ".." ? basename(await Deno.realPath(root)) : name;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw new DataError(`Cannot read ${path} (${reasonOf(error)}): make it readable`, {
      cause: error,
    });
  }
}

/** Files of a folder that `isWanted`, by name without extension; empty if there is no folder. */
async function filesIn(
  folder: string,
  isWanted: (name: string, place: string) => boolean,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  if (!await isFolder(folder)) return files;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory || !isWanted(name, join(folder, name))) continue;
    const stem = name.replace(/\.\w+$/, "");
    const other = files.get(stem);
    if (other !== undefined) {
      throw new DataError(
        `Cannot read ${folder} as both ${other} and ${name} are there: keep one file for each name`,
      );
    }
    files.set(stem, name);
  }
  return files;
}

/**
 * Lists the pairs of one part, without ADE20k's four grayscale training images.
 *
 * @param root the data set's folder
 * @param split the part
 * @returns the pairs, sorted by name; none if the set lacks that part
 * @throws {DataError} if an image has no mask, or a mask no image, or one is in an unsupported
 *   format
 */
export async function listPairs(root: string, split: SplitName): Promise<ImageMaskPair[]> {
  const images = await filesIn(join(root, "images", split), isPicture);
  const masks = await filesIn(join(root, "annotations", split), isMask);
  checkPartners(images, masks, { what: "image", partner: `annotations/${split}/NAME.png`, root });
  checkPartners(masks, images, { what: "mask", partner: `images/${split}/NAME.jpg`, root });
  return [...images.keys()].filter((name) => !grayscaleImages.has(name)).sort().map((name) => ({
    name,
    image: `images/${split}/${images.get(name)}`,
    mask: `annotations/${split}/${masks.get(name)}`,
  }));
}

function checkPartners(
  files: Map<string, string>,
  partners: Map<string, string>,
  where: { what: string; partner: string; root: string },
): void {
  const lonely = [...files.keys()].filter((name) => !partners.has(name)).sort();
  const first = lonely[0];
  if (first === undefined) return;
  const more = lonely.length > 1 ? ` (and ${lonely.length - 1} more like it)` : "";
  throw new DataError(
    `Cannot read ${where.root} as ${where.what} ${files.get(first)} has no partner${more}, and ` +
      `${where.partner.replace("NAME", first)} is expected: add that file, or remove this one`,
  );
}
