import * as tf from "../../tf.ts";
import { denseCrossEntropy } from "./dense_cross_entropy.ts";
import type { LabelledSoftmax } from "./labelled_softmax.ts";
import {
  checkSmoothing,
  type SmoothedLabelOptions,
  softmaxLoss,
  type Term,
  type TermOptions,
} from "./softmax_loss.ts";
import { pixelShares } from "./whole_batch.ts";

/**
 * Cross entropy of the softmax, the mean over labelled pixels: `mean(log Σ exp(z) − z[label])`.
 * It serves classification too, where a "pixel" is an image.
 *
 * The gradient is `(softmax − onehot) / labelled`. Where nothing is labelled the loss and its
 * gradient are 0, where PyTorch has NaN. A label that is neither a class nor `ignoreLabel`
 * makes the loss NaN.
 *
 * With `labelSmoothing` ε each target is `(1 − ε)·onehot + ε / classes`, as of PyTorch's
 * `CrossEntropyLoss(label_smoothing, ignore_index)`: an ignored pixel stays ignored. Metrics know no
 * smoothing; to follow the plain loss in evaluations, make a metric of the loss without it.
 *
 * Labels may be dense, float32 of the logits' shape: each pixel's share of each class. The loss is
 * then `mean(−Σ target·log softmax)` over all pixels, as PyTorch's of probabilities, and no pixel is
 * ignored.
 *
 * @example
 * ```ts
 * import { losses, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const loss = losses.crossEntropy(tf.tensor1d([0, -1], "int32"), tf.zeros([2, 4]));
 * assert.ok(Math.abs(loss.dataSync()[0]! - Math.log(4)) < 1e-6);
 * ```
 *
 * @param labels int32 `[...]`, e.g. `[batch]` or `[batch, height, width]`; or float32 `[..., classes]`
 * @param logits float32 `[..., classes]`
 * @param options which pixels count, and how far labels are smoothed
 * @returns the loss in nats, a scalar
 * @throws {TypeError} if labels or logits have the wrong type or shape
 * @throws {RangeError} if `ignoreLabel` is not an integer, or `labelSmoothing` not in `[0, 1]`
 */
export function crossEntropy(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: SmoothedLabelOptions = {},
): tf.Scalar {
  const { labelSmoothing = 0 } = options;
  checkSmoothing("compute crossEntropy", labelSmoothing);
  if (labels.dtype === "float32") return denseCrossEntropy(labels, logits, labelSmoothing);
  const terms = [{ name: "crossEntropy", weight: 1, compute: crossEntropyTerm }] as const;
  return softmaxLoss("crossEntropy", labels, logits, terms, options);
}

/**
 * Cross entropy as a term, with w the weights, n their sum and ε the smoothing: gradient
 * `exp·(w / (Σexp·n)) − onehot·(1 − ε)·(w / n) − ε / classes·(w / n)`.
 *
 * @param softmax the softmax beside its labels
 * @param options ε, and what the mean is over
 * @returns the term
 */
export function crossEntropyTerm(
  { shifted, sums, trueLogits, weights }: LabelledSoftmax,
  { labelSmoothing, batch }: TermOptions,
): Term {
  const share = pixelShares(weights, batch);
  const byExponential: tf.Tensor2D = tf.div(share, sums);
  const nats = (expected: tf.Tensor2D) =>
    tf.sum(tf.mul(share, tf.sub(tf.log(sums), expected))) as tf.Scalar;
  if (labelSmoothing === 0) {
    return { value: nats(trueLogits), byExponential, byLabel: tf.neg(share) };
  }
  const mean: tf.Tensor2D = tf.mean(shifted, 1, true);
  // A pixel that doesn't count may have a class ruled out: 0 · ∞ would be NaN.
  const counting = tf.where(tf.equal(weights, 0), tf.zerosLike(mean), mean);
  const kept = 1 - labelSmoothing;
  return {
    value: nats(tf.add(scaled(trueLogits, kept), tf.mul(counting, labelSmoothing))),
    byExponential,
    byLabel: tf.mul(share, -kept),
    byAll: tf.mul(share, -labelSmoothing / shifted.shape[1]),
  };
}

/** A class of which nothing is left may be ruled out: 0 · −∞ would be NaN. */
function scaled(logits: tf.Tensor2D, factor: number): tf.Tensor2D {
  return factor === 0 ? tf.zerosLike(logits) : tf.mul(logits, factor);
}
