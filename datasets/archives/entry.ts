/** Where one picture of a data set lies, whatever the set's layout: a stretch of bytes of a file, and a label. */

/** `ImageEntry.length` of a picture that is all of its file: the size is not looked up when a set is opened. */
export const wholeFile = -1;

/** One picture and its label. A plain object, so that it can be sent to a worker. */
export interface ImageEntry {
  /** `train/CLASS/FILE` or `val/CLASS/FILE`, the same in every layout. */
  name: string;
  /** The class, from 0: its place among the names sorted. */
  label: number;
  /** The file that holds the picture: an image, a tar or a CIFAR-10 batch. */
  file: string;
  /** First byte of the picture in the file. */
  offset: number;
  /** Its bytes; `wholeFile` (−1) for all of the file. */
  length: number;
  /** `image`: a JPEG or PNG, by content, whatever the name says; `cifar10`: 32×32 pixels as planes R, G, B. */
  encoding: "image" | "cifar10";
}

/** The training or validation part of a set of classified pictures, sorted by class and name. */
export interface ClassifiedSplit {
  /** Pictures in this part: 0 where the set lacks it. */
  readonly length: number;
  /** One picture. Throws `RangeError` where `index` is no integer from 0 to `length − 1`. */
  entry(index: number): ImageEntry;
}

/** Where an entry lies, for messages: its file, and its name where the file holds more than it. */
export function placeOf({ file, length, name }: ImageEntry): string {
  return length === wholeFile ? file : `${file} (${name})`;
}
