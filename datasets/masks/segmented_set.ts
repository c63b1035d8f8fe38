/**
 * A set of images with masks, from the pairs that its layout's reader has found.
 *
 * @module
 */
import { folderName } from "../archives/files.ts";
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
  /** Whether paths alone say which part an image is in; otherwise the hashed list does, too. */
  hasPartFolders: boolean;
  /** Lines about how masks are read, where that is not as usual for the layout. */
  codingLines: readonly string[];
}

/**
 * Makes the set.
 *
 * @param parts what was found
 * @returns the set
 */
export async function segmentedSet(parts: SetParts): Promise<SegmentedDataset> {
  const { root, coding, classNames, training, validation, validationShare } = parts;
  const name = await folderName(root);
  const classes = classNames.length;
  const masks = { coding, classes };
  return {
    name,
    root,
    ...masks,
    classNames,
    ...(validationShare !== undefined && { validationShare }),
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
