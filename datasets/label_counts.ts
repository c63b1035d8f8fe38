/**
 * What the masks of a split hold: which classes, how much is ignored, which images have an EXIF
 * orientation.
 *
 * @module
 */
import { resizeNearest } from "./images/resize.ts";
import type { OrientedImage } from "./oriented_images.ts";
import type { LabelledMask } from "./sample.ts";

/** What the masks of a split hold. */
export interface LabelCounts {
  /** How many masks were counted. */
  masks: number;
  /** Pixels of each class, at the masks' own sizes. */
  pixels: Float64Array;
  /** Pixels that are ignored, at the masks' own sizes. */
  ignored: number;
  /** Pixels of each class at `size × size`, resized by nearest pixel, so that each mask counts alike. */
  resized: Float64Array;
  /** The images with an EXIF orientation, which is not applied, in order. */
  oriented: OrientedImage[];
}

/**
 * How many numbers describe one mask: what {@linkcode countMask} writes.
 *
 * @param classes how many classes there are
 * @returns the length of a row
 */
export function countsLength(classes: number): number {
  return 2 * (classes + 1) + 1;
}

/**
 * Counts the labels of one mask.
 *
 * @param mask the labels
 * @param size height and width to which validation resizes them, in pixels
 * @param row where the counts go: pixels that are ignored and of each class, the same after resizing,
 *   and the image's EXIF orientation
 */
export function countMask(
  { labels, width, height, orientation = 1 }: LabelledMask,
  size: number,
  row: Int32Array,
): void {
  const { whole, resized } = partsOf(row);
  count(labels, whole);
  count(resizeNearest(labels, width, height, size, size), resized);
  row[row.length - 1] = orientation;
}

/**
 * Adds one mask's row to the counts of its split.
 *
 * @param counts the sums, to which the row is added
 * @param row what {@linkcode countMask} wrote
 * @returns the image's EXIF orientation, 1 where there is none
 */
export function addCounts(counts: LabelCounts, row: Int32Array): number {
  const { whole, resized } = partsOf(row);
  for (let label = 0; label < whole.length - 1; label++) {
    counts.pixels[label]! += whole[label + 1]!;
    counts.resized[label]! += resized[label + 1]!;
  }
  counts.ignored += whole[0]!;
  counts.masks++;
  return row.at(-1)!;
}

/** The counts in a row: ignored pixels, then those of each class. */
function partsOf(row: Int32Array): { whole: Int32Array; resized: Int32Array } {
  const length = (row.length - 1) / 2;
  return { whole: row.subarray(0, length), resized: row.subarray(length, 2 * length) };
}

function count(labels: Int16Array, counts: Int32Array): void {
  for (let i = 0; i < labels.length; i++) counts[labels[i]! + 1]!++;
}
