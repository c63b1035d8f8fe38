/** What the masks of a split hold: which classes, how much is ignored, which pictures are to be shown turned. */
import { resizeNearest } from "./images/resize.ts";
import type { OrientedImage } from "./oriented_images.ts";
import type { Split } from "./sample.ts";

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
 * Counts the labels of a split.
 *
 * Throws `DataError` where a file is unusable.
 *
 * ```ts
 * import { countLabels } from "./label_counts.ts";
 * import { deepEqual, equal } from "node:assert/strict";
 *
 * const labels = Int16Array.of(0, -1, 1, 1);
 * const sample = { name: "a", width: 2, height: 2, image: new Uint8Array(12), labels };
 * const split = { length: 1, names: ["a"], read: () => Promise.resolve(sample) };
 * const { pixels, ignored } = await countLabels(split, 3, 2);
 * deepEqual([...pixels], [1, 2, 0]);
 * equal(ignored, 1);
 * ```
 *
 * @param split the images and their masks
 * @param classes how many classes there are
 * @param size height and width, in pixels, to which masks are resized for `resized`
 */
export async function countLabels(
  split: Split,
  classes: number,
  size: number,
): Promise<LabelCounts> {
  const counts: LabelCounts = {
    masks: split.length,
    pixels: new Float64Array(classes),
    ignored: 0,
    resized: new Float64Array(classes),
    oriented: [],
  };
  for (let index = 0; index < split.length; index++) {
    const { name, labels, width, height, orientation } = await split.read(index);
    counts.ignored += add(counts.pixels, labels);
    add(counts.resized, resizeNearest(labels, width, height, size, size));
    if (orientation !== undefined) counts.oriented.push({ name, orientation });
  }
  return counts;
}

/** Adds labels to the pixels of each class; returns how many are ignored. */
function add(counts: Float64Array, labels: Int16Array): number {
  let ignored = 0;
  for (const label of labels) {
    if (label < 0) ignored++;
    else counts[label] = (counts[label] ?? 0) + 1;
  }
  return ignored;
}
