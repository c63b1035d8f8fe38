/**
 * Reader of ADE20k's scene parsing benchmark, and of any set of images and masks in its layout, or in
 * one without folders for the parts.
 *
 * @module
 */
import { lookAt } from "../archives/files.ts";
import { DataError } from "../errors.ts";
import { askedCoding, codingLines, type SetOptions } from "../masks/asked.ts";
import { checkPaletteNames, readClassNames } from "../masks/class_names.ts";
import type { ImageMaskPair } from "../masks/file_split.ts";
import { divided, type Parts } from "../masks/held_out.ts";
import { segmentedSet } from "../masks/segmented_set.ts";
import type { SegmentedDataset } from "../sample.ts";
import { findAde20k, type FoundPairs, layoutError, listPairs } from "./layout.ts";

/** Options of {@linkcode openAde20k}. */
export interface OpenAde20kOptions extends SetOptions {
  /** Number of classes, if no list in the folder gives it; it must agree with a list. */
  classes?: number;
}

/**
 * Opens a data set in ADE20k's layout: lists it and pairs images with masks, without decoding
 * anything. A mask's 0 becomes −1 (ignored), 1 to N become the labels 0 to N − 1, unless another
 * convention or a palette is asked for.
 *
 * @param dir the set's folder, or the one that holds `ADEChallengeData2016`
 * @param options the number of classes, how masks are read, and what is held out
 * @returns the set
 * @throws {DataError} if the folder is missing or empty, a partner is missing, nothing gives the
 *   number of classes, the set has no folders for its parts and no share to hold out is given, or
 *   has them and one is
 * @throws {RangeError} if `classes` is not an integer from 1 to 255, or the share not between 0 and 1
 */
export async function openAde20k(
  dir: string,
  options: OpenAde20kOptions = {},
): Promise<SegmentedDataset> {
  checkClasses(options.classes);
  const root = await findAde20k(dir);
  if (root === undefined) {
    const isThere = (await lookAt(dir))?.isDirectory;
    throw layoutError(
      dir,
      isThere ? "there is no images folder in it" : "there is no such folder",
    );
  }
  const { validationShare, pilotShare } = options;
  const asked = await askedCoding(options);
  // Of a pilot nothing may depend on the validation images; an error about both parts counts both.
  const isPilot = pilotShare !== undefined && validationShare === undefined;
  const found = await listPairs(root, options.onProblem, isPilot ? ["training"] : undefined);
  const parts = partsOf(root, found, options);
  const all = [...parts.training, ...parts.validation];
  const usual = "ade20k";
  const { coding = usual } = asked ?? {};
  if (asked?.classNames !== undefined) await checkPaletteNames(root, asked.classNames);
  const isAde20k = coding === usual &&
    all.every(({ name }) => /^ADE_(train|val)_\d{8}$/.test(name));
  return await segmentedSet({
    root,
    ...parts,
    coding,
    classNames: asked?.classNames ?? await readClassNames(root, options.classes, isAde20k),
    validationShare,
    pilotShare,
    hasPartFolders: found.hasPartFolders,
    codingLines: codingLines(coding, usual),
  });
}

/** The images of each part, by their folders or by their names. */
function partsOf(
  root: string,
  found: FoundPairs,
  { validationShare: share, pilotShare }: OpenAde20kOptions,
): Parts<ImageMaskPair> {
  const { length } = found.hasPartFolders ? [...found.training, ...found.validation] : found.all;
  if (length === 0) {
    const wanted = pilotShare === undefined ? "training or validation" : "training";
    throw layoutError(root, `its images folder holds no ${wanted} images`);
  }
  if (!found.hasPartFolders) {
    if (share !== undefined) return divided(root, found.all, share);
    throw new DataError(
      `Cannot tell what to train on of ${root} as its images are in no folders training and validation: give the share ` +
        "to hold out by validationShare (--validation-share 0.2), or make these folders in images and in " +
        "that of the masks",
    );
  }
  if (share === undefined) return found;
  throw new DataError(
    `Cannot hold out a share of ${share} of ${root} as its folders say what is trained on (${found.training.length} ` +
      `images) and what is held out (${found.validation.length}): leave validationShare (--validation-share) ` +
      "out, or move the images out of these folders",
  );
}

function checkClasses(classes: number | undefined): void {
  if (classes === undefined || (Number.isInteger(classes) && classes >= 1 && classes <= 255)) {
    return;
  }
  throw new RangeError(
    `Cannot openAde20k as classes must be an integer from 1 to 255: current value is ${classes}`,
  );
}
