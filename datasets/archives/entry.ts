/**
 * Where one picture of a data set is, whatever the set's layout: a range of a file's bytes, and a
 * label.
 *
 * @module
 */

/**
 * `ImageEntry.length` of a picture that fills its file: the size is not looked up when a set is
 * opened.
 */
export const wholeFile = -1;

/** One picture and its label. A plain object, so that it can be sent to a worker. */
export interface ImageEntry {
  /** `train/CLASS/FILE` or `val/CLASS/FILE`, the same in every layout. */
  name: string;
  /** The class, from 0: its index among the sorted names. */
  label: number;
  /** The file that holds the picture: an image, a tar or a CIFAR-10 batch. */
  file: string;
  /** First byte of the picture in the file. */
  offset: number;
  /** How many bytes it has; `wholeFile` (−1) for all of the file. */
  length: number;
  /**
   * `image`: a JPEG or PNG, by content, whatever its name; `cifar10`: 32×32 pixels as planes R, G,
   * B.
   */
  encoding: "image" | "cifar10";
}

/** The training or validation part of a set of classified pictures, sorted by class and name. */
export interface ClassifiedSplit {
  /** Pictures in this part: 0 if the set lacks it. */
  readonly length: number;
  /**
   * Where a picture is.
   *
   * @throws {RangeError} if `index` is not an integer from 0 to `length − 1`
   */
  entry(index: number): ImageEntry;
}

/**
 * Describes where an entry is, for messages.
 *
 * @param entry the entry
 * @returns its file, and its name if the file holds more than it
 */
export function placeOf({ file, length, name }: ImageEntry): string {
  return length === wholeFile ? file : `${file} (${name})`;
}
