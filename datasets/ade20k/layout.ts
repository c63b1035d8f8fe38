/**
 * Finds the files of a data set in ADE20k's layout and pairs each image with its mask.
 *
 * @module
 */
import { join } from "node:path";
import { filesByStem, lookAt } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import { isMask, isPicture } from "../images/picture_names.ts";
import type { ImageMaskPair } from "../masks/file_split.ts";
import { refuseFullSet } from "./full_set.ts";

/** The expected layout, for messages. */
export const ade20kLayout = `ROOT/images/training/NAME.jpg        an RGB picture
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

/**
 * Finds the folder that holds `images/` and `annotations/`.
 *
 * @param dir that folder, or the one that holds `ADEChallengeData2016`
 * @returns `dir` itself or its child; undefined if there is no `images` folder in either
 * @throws {DataError} if it is ADE20K's full set
 */
export async function findAde20k(dir: string): Promise<string | undefined> {
  await refuseFullSet(dir);
  for (const root of [dir, join(dir, officialFolder)]) {
    if ((await lookAt(join(root, "images")))?.isDirectory) return root;
  }
  return undefined;
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
    `Cannot read a data set from ${dir} as ${seen}: pass the folder ROOT of a set in ADE20k's layout\n  ${ade20kLayout}`,
  );
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
  const images = await filesByStem(join(root, "images", split), isPicture);
  const masks = await filesByStem(join(root, "annotations", split), isMask);
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
