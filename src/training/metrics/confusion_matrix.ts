import type * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { type Metric, readClasses } from "./metric.ts";

/** Options of {@linkcode ConfusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** How many classes there are. */
  classes: number;
  /**
   * The label of what does not count.
   *
   * @default {-1}
   */
  ignoreLabel?: number | undefined;
}

/**
 * Confusion matrix: `counts[truth][prediction]`, of pixels or of images, and what is computed from
 * it. With `n` the counts, `t` their sums over a row (the truth) and `p` those over a column (the
 * prediction), in percent:
 *
 * - IoU of class `c`: `n[c][c] / (t[c] + p[c] − n[c][c])`; mIoU is the mean over the classes whose
 *   union is not empty;
 * - accuracy of class `c`: `n[c][c] / t[c]`, its recall; the mean class accuracy is the mean over the
 *   classes that the truth has;
 * - pixel accuracy: `Σ n[c][c] / Σ t[c]`.
 *
 * Counts accumulate over the set; labels that are ignored belong to neither side. The usual mistake
 * is the mean of each batch's score: another number.
 *
 * @see scikit-learn `confusion_matrix`, `balanced_accuracy_score`, `jaccard_score`; Long, Shelhamer,
 * Darrell, "Fully convolutional networks for semantic segmentation", section 5
 *
 * @example
 * ```ts
 * import { metrics, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const confusion = new metrics.ConfusionMatrix({ classes: 2 });
 * await confusion.update(tf.tensor1d([0, 0, 0, 1], "int32"), tf.tensor1d([0, 0, 1, 1], "int32"));
 * assert.deepEqual(confusion.counts(), [[2, 1], [0, 1]]);
 * assert.equal(confusion.pixelAccuracy(), 75);
 * assert.deepEqual(confusion.perClass().map((iou) => Math.round(iou ?? 0)), [67, 50]);
 * ```
 */
export class ConfusionMatrix implements Metric {
  /** `pixelAccuracy`. */
  readonly name: string = "pixelAccuracy";
  readonly #caller: string;
  readonly #classes: number;
  readonly #ignoreLabel: number;
  /** Row by row. */
  readonly #counts: Float64Array;

  /**
   * @param options number of classes and the label to ignore
   * @param caller the class that error messages name
   * @throws {RangeError} if `classes` is not a positive integer
   */
  constructor(
    { classes, ignoreLabel = -1 }: ConfusionMatrixOptions,
    caller = "ConfusionMatrix",
  ) {
    const isCount = Number.isInteger(classes) && classes > 0;
    check(isCount, RangeError, `make ${caller} as classes must be an integer > 0`, classes);
    this.#caller = caller;
    this.#classes = classes;
    this.#ignoreLabel = ignoreLabel;
    this.#counts = new Float64Array(classes * classes);
  }

  /**
   * Counts a batch.
   *
   * @param labels int32 `[...]`, e.g. `[batch, height, width]`
   * @param logits `[..., classes]`, or predicted classes as int32 `[...]`
   * @throws {TypeError} if the shapes or types do not fit
   * @throws {RangeError} if a label or a prediction that counts is none of the classes; the batch is
   * then not counted
   */
  async update(labels: tf.Tensor, logits: tf.Tensor): Promise<void> {
    const pairs = await readClasses(this.#caller, labels, logits);
    this.add(pairs.labels, pairs.predictions);
  }

  /**
   * Counts labels and predictions that are in JavaScript already.
   *
   * @param labels the truth
   * @param predictions as many predicted classes
   * @throws {TypeError} if there are not as many of both
   * @throws {RangeError} as {@linkcode update}
   */
  add(labels: ArrayLike<number>, predictions: ArrayLike<number>): void {
    const { length } = labels, classes = this.#classes, ignored = this.#ignoreLabel;
    const requirement = `update ${this.#caller} as predictions must be ${length}, as labels are`;
    check(predictions.length === length, TypeError, requirement, predictions.length);
    for (let i = 0; i < length; i++) {
      const label = labels[i]!;
      if (label === ignored) continue;
      this.#checkClass("labels", label);
      this.#checkClass("predictions", predictions[i]!);
    }
    for (let i = 0; i < length; i++) {
      const label = labels[i]!;
      if (label !== ignored) this.#counts[label * classes + predictions[i]!]!++;
    }
  }

  #checkClass(what: string, value: number): void {
    if (value >= 0 && value < this.#classes) return;
    throw new RangeError(
      `Cannot update ${this.#caller} as ${what} must be in [0, ${this.#classes}): ` +
        `current value is ${value}`,
    );
  }

  /** How often each class, by row, was predicted as each class, by column. */
  counts(): number[][] {
    const rows = Array.from({ length: this.#classes }).keys();
    return Array.from(rows, (row) => Array.from(this.#row(row)));
  }

  /** The pixel accuracy in percent; NaN before anything was counted. */
  result(): number {
    return this.pixelAccuracy();
  }

  /** `mIoU`, `pixelAccuracy` and `meanClassAccuracy`, in percent. */
  results(): Record<string, number> {
    return {
      mIoU: this.meanIoU(),
      pixelAccuracy: this.pixelAccuracy(),
      meanClassAccuracy: this.meanClassAccuracy(),
    };
  }

  /** The mIoU in percent; NaN before anything was counted. */
  meanIoU(): number {
    return meanOf(this.perClass());
  }

  /** Each class's IoU in percent; null where neither a label nor a prediction is of the class. */
  perClass(): (number | null)[] {
    const { labelled, predicted, right } = this.#sums();
    return right.map((count, c) => percent(count, labelled[c]! + predicted[c]! - count));
  }

  /** Percentage of labelled pixels that are predicted right; NaN before anything was counted. */
  pixelAccuracy(): number {
    const { labelled, right } = this.#sums();
    return 100 * sum(right) / sum(labelled);
  }

  /** Each class's accuracy in percent; null where no label is of the class. */
  perClassAccuracy(): (number | null)[] {
    const { labelled, right } = this.#sums();
    return right.map((count, c) => percent(count, labelled[c]!));
  }

  /** The mean of the classes' accuracies in percent; NaN before anything was counted. */
  meanClassAccuracy(): number {
    return meanOf(this.perClassAccuracy());
  }

  #row(row: number): Float64Array {
    return this.#counts.subarray(row * this.#classes, (row + 1) * this.#classes);
  }

  /** Of each class: how many labels there are, how many predictions, and how many of these are right. */
  #sums(): Record<"labelled" | "predicted" | "right", number[]> {
    const classes = Array.from(Array.from({ length: this.#classes }).keys());
    const predicted = classes.map(() => 0);
    this.#counts.forEach((count, i) => predicted[i % this.#classes]! += count);
    return {
      labelled: classes.map((c) => sum(this.#row(c))),
      predicted,
      right: classes.map((c) => this.#row(c)[c]!),
    };
  }

  /** Forgets all batches. */
  reset(): void {
    this.#counts.fill(0);
  }
}

function percent(count: number, of: number): number | null {
  return of === 0 ? null : 100 * count / of;
}

function meanOf(values: readonly (number | null)[]): number {
  const counted = values.filter((value) => value !== null);
  return sum(counted) / counted.length;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
