/**
 * Sets of images with masks: ADE20k's and PASCAL VOC's, and sets in their layouts.
 *
 * @module
 */
import { ade20kLayout, findAde20k } from "./ade20k/layout.ts";
import { openAde20k } from "./ade20k/dataset.ts";
import { lookAt } from "./archives/files.ts";
import { DataError } from "./errors.ts";
import type { SegmentedDataset } from "./sample.ts";
import { openVoc, type OpenVocOptions } from "./voc/dataset.ts";
import { findVoc, vocLayout } from "./voc/root.ts";

export type { SegmentedDataset } from "./sample.ts";

export type { SetOptions } from "./masks/asked.ts";
export { type LabelConvention, labelConventions } from "./sample.ts";

/** Options of {@linkcode openSegmented}. */
export type OpenSegmentedOptions = OpenVocOptions;

/**
 * Opens a set of images with masks in whichever layout it is, without decoding anything.
 *
 * @param dir a folder in one of the layouts that `datasets/README.md` describes
 * @param options how masks are read, what is held out where the set does not say so, and the list
 *   that is trained on, where the layout has lists
 * @returns the set
 * @throws {DataError} if nothing of the kind is there, both layouts are, a list is asked for where
 *   there are none, or the set's own reader refuses it
 * @throws {RangeError} if the share to hold out is not between 0 and 1
 */
export async function openSegmented(
  dir: string,
  options: OpenSegmentedOptions = {},
): Promise<SegmentedDataset> {
  const [voc, ade20k] = [await findVoc(dir), await findAde20k(dir)];
  if (voc !== undefined && ade20k !== undefined) {
    throw new DataError(
      `Cannot read a data set from ${dir} as there are two layouts, ADE20k's in ${ade20k} and PASCAL VOC's in ` +
        `${voc}: pass the folder of one of them, and move the other elsewhere`,
    );
  }
  if (voc !== undefined) return await openVoc(voc, options);
  if (ade20k === undefined) throw await nothing(dir);
  const { trainingList, ...others } = options;
  if (trainingList !== undefined) {
    throw new DataError(
      `Cannot train on the list ${trainingList} of ${ade20k} as it is in ADE20k's layout, whose folders ` +
        "say what is trained on: leave trainingList out",
    );
  }
  return await openAde20k(ade20k, others);
}

async function nothing(dir: string): Promise<DataError> {
  const info = await lookAt(dir);
  const seen = info === undefined
    ? "there is no such folder"
    : info.isDirectory
    ? "there is neither an images nor a JPEGImages folder in it"
    : "it is a file (archives of images and masks are not read: unpack it)";
  return new DataError(
    `Cannot read images and masks from ${dir} as ${seen}: pass ROOT of one of these\n  ${ade20kLayout}\nor\n  ${vocLayout}`,
  );
}
