/**
 * A set of images with masks, from the pairs that its layout's reader has found.
 *
 * @module
 */
import { folderName } from "../archives/files.ts";
import { pilotImages } from "../pilot.ts";
import type { MaskCoding, SegmentedDataset } from "../sample.ts";
import { FileSplit, hashList, type ImageMaskPair } from "./file_split.ts";
import type { Parts } from "./held_out.ts";

/** What a reader has found. */
export interface SetParts extends Parts<ImageMaskPair> {
  root: string;
  coding: MaskCoding;
  classNames: readonly string[];
  /** The share that was held out, where the set's folders don't say which images. */
  validationShare?: number | undefined;
  /** The share of the training images that a pilot is evaluated on. */
  pilotShare?: number | undefined;
  /** Whether paths alone say which part an image is in; otherwise the hashed list does, too. */
  hasPartFolders: boolean;
  /** Lines about how masks are read, where that is not as usual for the layout. */
  codingLines: readonly string[];
}

/**
 * Makes the set.
 *
 * @param found what was found; of a pilot, validation images count for nothing
 * @returns the set
 * @throws {RangeError} if a pilot's share is not between 0 and 1
 * @throws {DataError} if a pilot has nothing to train or to evaluate on
 */
export async function segmentedSet(found: SetParts): Promise<SegmentedDataset> {
  const parts = usedParts(found);
  const { root, coding, classNames, training, validation, validationShare, pilotShare } = parts;
  const name = await folderName(root);
  const classes = classNames.length;
  const masks = { coding, classes };
  return {
    name,
    root,
    ...masks,
    classNames,
    ...(validationShare !== undefined && { validationShare }),
    ...(pilotShare !== undefined && { pilotShare }),
    training: new FileSplit(root, training, masks),
    validation: new FileSplit(root, validation, masks),
    identity: async () => ({
      name,
      classes,
      training: training.length,
      validation: validation.length,
      listSha256: await hashList(root, filesOf(parts), parts.codingLines),
    }),
  };
}

/** What is trained and evaluated on; of a pilot both are in the training images' folders. */
function usedParts(found: SetParts): SetParts {
  const { root, training, pilotShare } = found;
  if (pilotShare === undefined) return found;
  return { ...found, ...pilotImages(root, training, pilotShare), hasPartFolders: false };
}

/** The files in use, by their paths in the list. */
function filesOf({ training, validation, hasPartFolders }: SetParts): Map<string, string> {
  const listed = (part: string, pairs: readonly ImageMaskPair[]) =>
    pairs.flatMap(({ image, mask }) =>
      [image, mask].map((
        path,
      ): [string, string] => [hasPartFolders ? path : `${part}/${path}`, path])
    );
  return new Map([...listed("training", training), ...listed("validation", validation)]);
}
