/**
 * What a network must beat to have learnt anything: the best prediction that ignores the image.
 *
 * @module
 */
import { DataError } from "./errors.ts";
import type { LabelCounts } from "./label_counts.ts";

/** The best constant prediction over a split. */
export interface ConstantPrediction {
  /** The class that is predicted everywhere, from 0. */
  label: number;
  /** Its mIoU, in percent. */
  mIoU: number;
}

/**
 * The largest mIoU that predicting one class everywhere reaches under the validation protocol:
 * labels resized to `size × size` by nearest pixel, counts summed over the whole split, ignored
 * pixels left out.
 *
 * With `n_c` pixels of class `c` and `n` in all, predicting `c` gives IoU `n_c / n` for `c` and 0
 * for each other class that is present, and classes with an empty union are dropped: mIoU = 100 ·
 * max(n_c) / (n · classes present).
 *
 * @example
 * ```ts
 * import { constantPrediction } from "./baseline.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(constantPrediction({ masks: 1, resized: Float64Array.of(1, 3) }).mIoU, 37.5);
 * ```
 *
 * @param counts what the split's masks hold, as `SegmentationLoader.countLabels` counts it
 * @returns the class and its mIoU
 * @throws {DataError} if no pixel is labelled
 */
export function constantPrediction(
  { masks, resized }: Pick<LabelCounts, "masks" | "resized">,
): ConstantPrediction {
  const total = resized.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    throw new DataError(
      `Cannot take constantPrediction as the split must hold labelled pixels: current value is 0 in ` +
        `${masks} images; label some of them`,
    );
  }
  const present = resized.filter((count) => count > 0).length;
  const most = resized.reduce((best, count) => Math.max(best, count), 0);
  return { label: resized.indexOf(most), mIoU: 100 * most / (total * present) };
}
