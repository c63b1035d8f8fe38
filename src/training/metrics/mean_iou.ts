import { ConfusionMatrix, type ConfusionMatrixOptions } from "./confusion_matrix.ts";

/** Options of {@linkcode MeanIoU}. */
export type MeanIoUOptions = ConfusionMatrixOptions;

/**
 * mIoU: intersection over union of predicted and labelled pixels, the mean over classes, in
 * percent. Counts accumulate over the set, ignored pixels belong to neither side, and classes with
 * an empty union are left out. The usual mistake is the mean of each batch's mIoU: another number.
 *
 * @example
 * ```ts
 * import { metrics, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const miou = new metrics.MeanIoU({ classes: 3 });
 * await miou.update(tf.tensor1d([0, 0, 1, -1], "int32"), tf.tensor1d([0, 1, 1, 2], "int32"));
 * assert.deepEqual(miou.perClass(), [50, 50, null]);
 * ```
 */
export class MeanIoU extends ConfusionMatrix {
  /** `mIoU`. */
  override readonly name: string = "mIoU";

  /**
   * @param options number of classes and the label to ignore
   * @throws {RangeError} if `classes` is not a positive integer
   */
  constructor(options: MeanIoUOptions) {
    super(options, "MeanIoU");
  }

  /** The mIoU in percent; NaN before anything was counted. */
  override result(): number {
    return this.meanIoU();
  }

  /** The mIoU alone; {@linkcode ConfusionMatrix} gives all that its counts tell. */
  override results(): Record<string, number> {
    return { [this.name]: this.result() };
  }
}
