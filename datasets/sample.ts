/** The form in which every segmentation data set hands out its images, whatever its layout on disk. */

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
  /** The image's EXIF orientation, 2 to 8, which is not applied; left out where there is none. */
  orientation?: number;
}

/** The labels of one image, without its pixels. */
export type LabelledMask = Omit<SegmentationSample, "image">;

/** Where one image and its mask lie. A plain object, so that it can be sent to a worker. */
export interface SegmentationEntry {
  /** The image's name. */
  name: string;
  /** The image's file. */
  image: string;
  /** The mask's file. */
  mask: string;
  /** Number of classes: the mask holds 0 (ignored) to `classes`. */
  classes: number;
}

/** A data set's training or validation part. */
export interface Split {
  /** Images in this part: 0 where the data set lacks it. */
  readonly length: number;
  /** The images' names, sorted. */
  readonly names: readonly string[];
  /** Reads and decodes one image and its labels. Throws `DataError` where a file is missing or unusable. */
  read(index: number): Promise<SegmentationSample>;
  /** Where an image lies, for workers; a split without it is read in the thread that opened it. */
  entry?(index: number): SegmentationEntry;
}
