/**
 * The form in which every segmentation data set provides its images, whatever its layout on disk.
 *
 * @module
 */
import type { DatasetIdentity } from "./identity.ts";

/** One image with its labels, as read. */
export interface SegmentationSample {
  /** The file's name without its ending. */
  name: string;
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** RGB bytes, `[height, width, 3]`. */
  image: Uint8Array;
  /** Labels `[height, width]` from 0; −1 where a pixel is ignored. */
  labels: Int16Array;
  /** The image's EXIF orientation, 2 to 8, which is not applied; absent if there is none. */
  orientation?: number;
}

/** The labels of one image, without its pixels. */
export type LabelledMask = Omit<SegmentationSample, "image">;

/** A decoded mask. */
export type LabelImage = Pick<SegmentationSample, "width" | "height" | "labels">;

/**
 * Which numbers of a mask are classes: `zero-is-ignored`: 1 to N, and 0 is ignored, as in ADE20k's;
 * `from-zero`: 0 to N − 1, and nothing is ignored; `from-zero,255-ignored`: 0 to N − 1, and 255 is
 * ignored, as in Cityscapes' `labelTrainIds`.
 */
export type LabelConvention = "zero-is-ignored" | "from-zero" | "from-zero,255-ignored";

/** The conventions, ADE20k's first. */
export const labelConventions: readonly LabelConvention[] = [
  "zero-is-ignored",
  "from-zero",
  "from-zero,255-ignored",
];

/** Red, green and blue, and the label that a pixel of this colour has: −1 where it is ignored. */
export type PaletteColor = readonly [red: number, green: number, blue: number, label: number];

/** Masks whose colours say what a pixel is. A plain object, so that it can be sent to a worker. */
export interface PaletteCoding {
  /** The colours, in the order in which the palette lists them. */
  readonly palette: readonly PaletteColor[];
}

/**
 * What the values of a mask mean. `ade20k`: its numbers, `zero-is-ignored`; `voc`: PASCAL VOC's palette,
 * 0 to 20 are the classes, 255 is ignored; the other conventions of numbers; a palette of one's own.
 */
export type MaskCoding =
  | "ade20k"
  | "voc"
  | Exclude<LabelConvention, "zero-is-ignored">
  | PaletteCoding;

/** Where one image and its mask are. A plain object, so that it can be sent to a worker. */
export interface SegmentationEntry {
  /** The image's name. */
  name: string;
  /** The image's file. */
  image: string;
  /** The mask's file. */
  mask: string;
  /** What the mask's values mean. */
  coding: MaskCoding;
  /** Number of classes. */
  classes: number;
}

/** A data set's training or validation part. */
export interface Split {
  /** Images in this part: 0 if the data set lacks it. */
  readonly length: number;
  /** The images' names, sorted. */
  readonly names: readonly string[];
  /**
   * Reads and decodes one image and its labels.
   *
   * @throws {DataError} if a file is missing or unusable
   */
  read(index: number): Promise<SegmentationSample>;
  /**
   * Where an image is, for workers; a split without this method is read in the thread that opened
   * it.
   */
  entry?(index: number): SegmentationEntry;
}

/** A set of images of which each has a mask. */
export interface SegmentedDataset {
  /** The folder's name. */
  readonly name: string;
  /** The folder that holds the images' and the masks' folders. */
  readonly root: string;
  /** What the masks' values mean. */
  readonly coding: MaskCoding;
  /** The share of images that are held out, where the set's folders don't say which. */
  readonly validationShare?: number;
  /**
   * The share of the training images that a pilot is evaluated on: then `training` is the rest of them,
   * `validation` is they, and the set's own validation images are in neither.
   */
  readonly pilotShare?: number;
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
