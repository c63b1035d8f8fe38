import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { checkLabels, checkLogits, type Metric, readClasses } from "./metric.ts";

/** Options of {@linkcode Accuracy}. */
export interface AccuracyOptions {
  /**
   * How many of a model's best classes may contain the label.
   *
   * @default {1}
   */
  topK?: number | undefined;
  /**
   * The label of what does not count.
   *
   * @default {-1}
   */
  ignoreLabel?: number | undefined;
}

/**
 * Percentage of labels that are among the `topK` largest logits.
 *
 * @example
 * ```ts
 * import { metrics, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const accuracy = new metrics.Accuracy();
 * await accuracy.update(tf.tensor1d([0, 1], "int32"), tf.tensor2d([[2, 1], [2, 1]]));
 * assert.equal(accuracy.result(), 50);
 * ```
 */
export class Accuracy implements Metric {
  /** `accuracy`, or e.g. `top5Accuracy`. */
  readonly name: string;
  readonly #topK: number;
  readonly #ignoreLabel: number;
  #correct = 0;
  #counted = 0;

  /**
   * @param options top k and the label to ignore
   * @throws {RangeError} if `topK` is not a positive integer
   */
  constructor({ topK = 1, ignoreLabel = -1 }: AccuracyOptions = {}) {
    const isCount = Number.isInteger(topK) && topK > 0;
    check(isCount, RangeError, "make Accuracy as topK must be an integer > 0", topK);
    this.name = topK === 1 ? "accuracy" : `top${topK}Accuracy`;
    this.#topK = topK;
    this.#ignoreLabel = ignoreLabel;
  }

  /**
   * Counts a batch.
   *
   * @param labels int32 `[...]`
   * @param logits `[..., classes]`; with top 1 also predicted classes, int32 `[...]`
   * @throws {TypeError} if the shapes or types do not fit
   */
  async update(labels: tf.Tensor, logits: tf.Tensor): Promise<void> {
    const { labels: classes, predictions } = this.#topK === 1
      ? await readClasses("Accuracy", labels, logits)
      : await readBest(labels, logits, this.#topK);
    for (let i = 0; i < classes.length; i++) {
      const label = classes[i]!;
      if (label === this.#ignoreLabel) continue;
      this.#counted++;
      for (let k = 0; k < this.#topK; k++) {
        if (predictions[i * this.#topK + k] === label) this.#correct++;
      }
    }
  }

  /** The percentage, 0 to 100; NaN before anything was counted. */
  result(): number {
    return 100 * this.#correct / this.#counted;
  }

  /** Forgets all batches. */
  reset(): void {
    this.#correct = this.#counted = 0;
  }
}

/** Each label beside the indices of its `topK` largest logits. */
async function readBest(labels: tf.Tensor, logits: tf.Tensor, topK: number) {
  checkLabels("Accuracy", labels);
  checkLogits("Accuracy", labels, logits);
  const classes = logits.shape.at(-1) ?? 0;
  const requirement = `update Accuracy as logits must have topK = ${topK} classes or more`;
  check(classes >= topK, TypeError, requirement, classes);
  const { values, indices } = tf.topk(logits, topK);
  try {
    return { labels: await labels.data(), predictions: await indices.data() };
  } finally {
    tf.dispose([values, indices]);
  }
}
