/**
 * Reader of ADE20k's scene parsing benchmark, and of any set of images and masks in its layout.
 *
 * @module
 */
import { folderName, lookAt } from "../archives/files.ts";
import { FileSplit, hashList } from "../masks/file_split.ts";
import type { SegmentedDataset } from "../sample.ts";
import { readClassNames } from "./classes.ts";
import { findAde20k, layoutError, listPairs } from "./layout.ts";

/** Options of {@linkcode openAde20k}. */
export interface OpenAde20kOptions {
  /** Number of classes, if no list in the folder gives it; it must agree with a list. */
  classes?: number;
}

/**
 * Opens a data set in ADE20k's layout: lists it and pairs images with masks, without decoding
 * anything. A mask's 0 becomes −1 (ignored), 1 to N become the labels 0 to N − 1.
 *
 * @param dir the set's folder, or the one that holds `ADEChallengeData2016`
 * @param options the number of classes
 * @returns the set
 * @throws {DataError} if the folder is missing or empty, a partner is missing, or nothing gives the
 *   number of classes
 * @throws {RangeError} if `classes` is not an integer from 1 to 255
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
  const training = await listPairs(root, "training");
  const validation = await listPairs(root, "validation");
  const all = [...training, ...validation];
  if (all.length === 0) {
    throw layoutError(root, "its images folder holds no training or validation images");
  }
  const isAde20k = all.every(({ name }) => /^ADE_(train|val)_\d{8}$/.test(name));
  const classNames = await readClassNames(root, options.classes, isAde20k);
  const name = await folderName(root);
  const classes = classNames.length;
  const masks = { coding: "ade20k", classes } as const;
  return {
    name,
    root,
    ...masks,
    classNames,
    training: new FileSplit(root, training, masks),
    validation: new FileSplit(root, validation, masks),
    identity: async () => ({
      name,
      classes,
      training: training.length,
      validation: validation.length,
      listSha256: await hashList(
        root,
        new Map(all.flatMap(({ image, mask }) => [[image, image], [mask, mask]])),
      ),
    }),
  };
}

function checkClasses(classes: number | undefined): void {
  if (classes === undefined || (Number.isInteger(classes) && classes >= 1 && classes <= 255)) {
    return;
  }
  throw new RangeError(
    `Cannot openAde20k as classes must be an integer from 1 to 255: current value is ${classes}`,
  );
}
