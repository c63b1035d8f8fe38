/**
 * Finds the files of a data set in ADE20k's layout and pairs each image with its mask.
 *
 * @module
 */
import { join } from "node:path";
import { lookAt, type OnProblem, throwProblem } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import type { ImageMaskPair } from "../masks/file_split.ts";
import type { Parts } from "../masks/held_out.ts";
import { pairsIn } from "../masks/partners.ts";
import { refuseFullSet } from "./full_set.ts";

/** The expected layout, for messages. */
export const ade20kLayout = `ROOT/images/training/NAME.jpg        an RGB picture
  ROOT/images/validation/NAME.jpg      training and validation may be called train and val
  ROOT/annotations/training/NAME.png   its labels; annotations may be called masks or labels
  ROOT/annotations/validation/NAME.png
  ROOT/classes.txt                     the N class names, one a line (or ADE20k's objectInfo150.txt)
or, with a share of them to hold out (--validation-share 0.2),
  ROOT/images/NAME.jpg
  ROOT/masks/NAME.png`;

/** What the folder of masks may be called. */
const maskFolders = ["annotations", "masks", "labels"] as const;

/** What the folders of the parts may be called. */
const partFolders = {
  training: ["training", "train"],
  validation: ["validation", "val"],
} as const;

/** The folder that the official archive extracts to. */
const officialFolder = "ADEChallengeData2016";

/** Training images that are grayscale; the published recipe omits them. */
const grayscaleImages: ReadonlySet<string> = new Set(
  ["00001701", "00003020", "00008455", "00013508"].map((number) => `ADE_train_${number}`),
);

/** A part of the data set. */
type PartName = keyof typeof partFolders;

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

/** The pairs of a set. */
export type FoundPairs =
  | (Parts<ImageMaskPair> & { hasPartFolders: true })
  | { all: ImageMaskPair[]; hasPartFolders: false };

/**
 * Lists the pairs of a set, without ADE20k's four grayscale training images: of each part, where
 * there are folders for them, or all.
 *
 * @param root the data set's folder
 * @param onProblem takes what is wrong with a file, which is left out; throws it by default
 * @param wanted the parts to list; of another there are no pairs
 * @returns the pairs, sorted by name
 * @throws {DataError} if an image has no mask, or a mask no image, or one is in an unsupported
 *   format; if two folders have one meaning
 */
export async function listPairs(
  root: string,
  onProblem: OnProblem = throwProblem,
  wanted: readonly PartName[] = ["training", "validation"],
): Promise<FoundPairs> {
  const masks = await maskFolderOf(root);
  const parts = await foldersOf(join(root, "images"));
  if (parts.training === undefined && parts.validation === undefined) {
    const all = await pairsIn(root, { images: "images", masks }, onProblem);
    return { all: all.filter(isUsed), hasPartFolders: false };
  }
  const ofMasks = await foldersOf(join(root, masks));
  const pairs = async (part: PartName) => {
    if (!wanted.includes(part)) return [];
    const places = {
      images: `images/${parts[part] ?? partFolders[part][0]}`,
      masks: `${masks}/${ofMasks[part] ?? parts[part] ?? partFolders[part][0]}`,
    };
    return (await pairsIn(root, places, onProblem)).filter(isUsed);
  };
  const [training, validation] = [await pairs("training"), await pairs("validation")];
  return { training, validation, hasPartFolders: true };
}

function isUsed({ name }: ImageMaskPair): boolean {
  return !grayscaleImages.has(name);
}

/** The folder of masks: beside others, such as of annotations in JSON, the one that holds PNGs. */
async function maskFolderOf(root: string): Promise<string> {
  const holding: string[] = [];
  for (const name of maskFolders) if (await holdsPngs(join(root, name))) holding.push(name);
  return onlyOf(root, holding, maskFolders[0]) ?? await oneOf(root, maskFolders) ?? maskFolders[0];
}

async function holdsPngs(folder: string): Promise<boolean> {
  for (const part of ["", ...Object.values(partFolders).flat()]) {
    const path = join(folder, part);
    if (!(await lookAt(path))?.isDirectory) continue;
    for await (const { name } of Deno.readDir(path)) if (/^[^.].*\.png$/i.test(name)) return true;
  }
  return false;
}

async function foldersOf(folder: string): Promise<{ [P in PartName]: string | undefined }> {
  return {
    training: await oneOf(folder, partFolders.training),
    validation: await oneOf(folder, partFolders.validation),
  };
}

/** The folder of these that is there. */
async function oneOf(parent: string, names: readonly string[]): Promise<string | undefined> {
  const there: string[] = [];
  for (const name of names) {
    if ((await lookAt(join(parent, name)))?.isDirectory) there.push(name);
  }
  return onlyOf(parent, there, names[0]);
}

/** The one that there is; `own`, ADE20k's, also beside others. */
function onlyOf(
  parent: string,
  there: readonly string[],
  own: string | undefined,
): string | undefined {
  if (there.length > 1 && there[0] !== own) {
    throw new DataError(
      `Cannot read ${parent} as it holds both ${
        there.join(" and ")
      }, which mean the same: keep one of them there`,
    );
  }
  return there[0];
}
