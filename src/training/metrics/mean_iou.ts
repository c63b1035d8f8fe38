import type * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { type Metric, readClasses } from "./metric.ts";

/** Options of {@linkcode MeanIoU}. */
export interface MeanIoUOptions {
  /** How many classes there are. */
  classes: number;
  /**
   * The label of pixels that do not count.
   *
   * @default {-1}
   */
  ignoreLabel?: number | undefined;
}

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
export class MeanIoU implements Metric {
  /** `mIoU`. */
  readonly name: string = "mIoU";
  readonly #ignoreLabel: number;
  readonly #intersections: Float64Array;
  readonly #predicted: Float64Array;
  readonly #labelled: Float64Array;

  /**
   * @param options number of classes and the label to ignore
   * @throws {RangeError} if `classes` is not a positive integer
   */
  constructor({ classes, ignoreLabel = -1 }: MeanIoUOptions) {
    const isCount = Number.isInteger(classes) && classes > 0;
    check(isCount, RangeError, "make MeanIoU as classes must be an integer > 0", classes);
    this.#ignoreLabel = ignoreLabel;
    this.#intersections = new Float64Array(classes);
    this.#predicted = new Float64Array(classes);
    this.#labelled = new Float64Array(classes);
  }

  /**
   * Counts a batch.
   *
   * @param labels int32 `[...]`, e.g. `[batch, height, width]`
   * @param logits `[..., classes]`, or predicted classes as int32 `[...]`
   * @throws {TypeError} if the shapes or types do not fit
   * @throws {RangeError} if a label or a prediction that counts is not one of the classes; the
   *   batch is then not counted
   */
  async update(labels: tf.Tensor, logits: tf.Tensor): Promise<void> {
    const pairs = await readClasses("MeanIoU", labels, logits);
    const classes = this.#labelled.length;
    for (let i = 0; i < pairs.labels.length; i++) {
      const label = pairs.labels[i]!;
      if (label === this.#ignoreLabel) continue;
      checkClass("labels", label, classes);
      checkClass("predictions", pairs.predictions[i]!, classes);
    }
    for (let i = 0; i < pairs.labels.length; i++) {
      const label = pairs.labels[i]!, prediction = pairs.predictions[i]!;
      if (label === this.#ignoreLabel) continue;
      this.#labelled[label]!++;
      this.#predicted[prediction]!++;
      if (label === prediction) this.#intersections[label]!++;
    }
  }

  /** The mIoU in percent; NaN before anything was counted. */
  result(): number {
    const counted = this.perClass().filter((iou) => iou !== null);
    return sum(counted) / counted.length;
  }

  /** Each class's IoU in percent; null where neither a label nor a prediction is of the class. */
  perClass(): (number | null)[] {
    return Array.from(this.#intersections, (intersection, c) => {
      const union = this.#labelled[c]! + this.#predicted[c]! - intersection;
      return union === 0 ? null : 100 * intersection / union;
    });
  }

  /** Percentage of labelled pixels that are predicted right; NaN before anything was counted. */
  pixelAccuracy(): number {
    return 100 * sum(this.#intersections) / sum(this.#labelled);
  }

  /** Forgets all batches. */
  reset(): void {
    for (const counts of [this.#intersections, this.#predicted, this.#labelled]) counts.fill(0);
  }
}

function checkClass(what: string, value: number, classes: number): void {
  if (value >= 0 && value < classes) return;
  throw new RangeError(
    `Cannot update MeanIoU as ${what} must be in [0, ${classes}): current value is ${value}`,
  );
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
