/** What a network must beat to have learnt anything: the best prediction that looks at no image. */
import { DataError } from "./errors.ts";
import { resizeNearest } from "./images/resize.ts";
import type { Split } from "./sample.ts";

/** The best constant prediction over a split. */
export interface ConstantPrediction {
  /** The class that is predicted everywhere, from 0. */
  label: number;
  /** Its mIoU, in percent. */
  mIoU: number;
}

/**
 * The largest mIoU that predicting one class everywhere reaches under the validation protocol: labels resized to
 * `size × size` by nearest pixel, counts gathered over the whole split, ignored pixels left out.
 *
 * With `n_c` pixels of class `c` and `n` in all, predicting `c` gives IoU `n_c / n` for `c` and 0 for each other class
 * that is present, and classes with an empty union are dropped: mIoU = 100 · max(n_c) / (n · classes present).
 *
 * Throws `DataError` where the split is empty or holds no labelled pixel below `classes`, or a file is unusable.
 *
 * ```ts
 * import { constantPrediction } from "./baseline.ts";
 * import { equal } from "node:assert/strict";
 *
 * const labels = Int16Array.of(0, 1, 1, 1);
 * const sample = { name: "a", width: 2, height: 2, image: new Uint8Array(12), labels };
 * const split = { length: 1, names: ["a"], read: () => Promise.resolve(sample) };
 * equal((await constantPrediction(split, 2, 2)).mIoU, 37.5);
 * ```
 */
export async function constantPrediction(
  split: Split,
  classes: number,
  size: number,
): Promise<ConstantPrediction> {
  const counts = await countPixels(split, classes, size);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    throw new DataError(
      `Cannot take constantPrediction as the split must hold labelled pixels: current value is 0 in ` +
        `${split.length} images; label some of them`,
    );
  }
  const present = counts.filter((count) => count > 0).length;
  const most = counts.reduce((best, count) => Math.max(best, count), 0);
  return { label: counts.indexOf(most), mIoU: 100 * most / (total * present) };
}

/** Labelled pixels of each class over the split, at `size × size`. */
async function countPixels(split: Split, classes: number, size: number): Promise<Float64Array> {
  const counts = new Float64Array(classes);
  for (let index = 0; index < split.length; index++) {
    const { labels, width, height } = await split.read(index);
    for (const label of resizeNearest(labels, width, height, size, size)) {
      if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
    }
  }
  return counts;
}
