/**
 * Reader of ADE20k's scene parsing benchmark, and of any set of images and masks in its layout.
 *
 * @module
 */
import { join } from "node:path";
import type { SegmentationEntry, SegmentationSample, Split } from "../sample.ts";
import { readClassNames } from "./classes.ts";
import { type DatasetIdentity, hashList } from "./identity.ts";
import { findRoot, type ImageMaskPair, layoutError, listPairs, nameOf } from "./layout.ts";
import { readPair } from "./pair.ts";

/** Options of {@linkcode openAde20k}. */
export interface OpenAde20kOptions {
  /** Number of classes, if no list in the folder gives it; it must agree with a list. */
  classes?: number;
}

/** A data set in ADE20k's layout. */
export interface Ade20kDataset {
  /** The folder's name. */
  readonly name: string;
  /** The folder that holds `images/` and `annotations/`. */
  readonly root: string;
  /** Number of classes: labels run from 0 to `classes − 1`. */
  readonly classes: number;
  /** Class names in the order of their labels. */
  readonly classNames: readonly string[];
  /** Training images; none in a set for evaluation only. */
  readonly training: Split;
  /** Validation images. */
  readonly validation: Split;
  /**
   * Counts and a hash of the list of files, for reports.
   *
   * @throws {DataError} if the size of a file cannot be read
   */
  identity(): Promise<DatasetIdentity>;
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
): Promise<Ade20kDataset> {
  checkClasses(options.classes);
  const root = await findRoot(dir);
  const training = await listPairs(root, "training");
  const validation = await listPairs(root, "validation");
  const all = [...training, ...validation];
  if (all.length === 0) {
    throw layoutError(root, "its images folder holds no training or validation images");
  }
  const isAde20k = all.every(({ name }) => /^ADE_(train|val)_\d{8}$/.test(name));
  const classNames = await readClassNames(root, options.classes, isAde20k);
  const name = await nameOf(root);
  const classes = classNames.length;
  return {
    name,
    root,
    classes,
    classNames,
    training: new FileSplit(root, training, classes),
    validation: new FileSplit(root, validation, classes),
    identity: async () => ({
      name,
      classes,
      training: training.length,
      validation: validation.length,
      listSha256: await hashList(root, all),
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

class FileSplit implements Split {
  readonly names: readonly string[];

  constructor(
    private readonly root: string,
    private readonly pairs: readonly ImageMaskPair[],
    private readonly classes: number,
  ) {
    this.names = pairs.map(({ name }) => name);
  }

  get length(): number {
    return this.pairs.length;
  }

  entry(index: number): SegmentationEntry {
    const pair = this.pairs[index];
    if (pair === undefined) {
      throw new RangeError(
        `Cannot read an image as index must be an integer >= 0 and < ${this.length}: current value ` +
          `is ${index}`,
      );
    }
    const { name, image, mask } = pair;
    const [imageFile, maskFile] = [join(this.root, image), join(this.root, mask)];
    return { name, image: imageFile, mask: maskFile, classes: this.classes };
  }

  async read(index: number): Promise<SegmentationSample> {
    return await readPair(this.entry(index));
  }
}
