import * as tf from "../../tf.ts";
import type { LabelledSoftmax } from "./labelled_softmax.ts";
import { type LabelOptions, softmaxLoss, type Term } from "./softmax_loss.ts";

/**
 * Cross entropy of the softmax, the mean over labelled pixels: `mean(log Σ exp(z) − z[label])`.
 * It serves classification too, where a "pixel" is an image.
 *
 * The gradient is `(softmax − onehot) / labelled`. Where nothing is labelled the loss and its
 * gradient are 0, where PyTorch has NaN. A label that is neither a class nor `ignoreLabel`
 * makes the loss NaN.
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
 * @param labels int32 `[...]`, e.g. `[batch]` or `[batch, height, width]`
 * @param logits float32 `[..., classes]`
 * @param options which pixels count
 * @returns the loss in nats, a scalar
 * @throws {TypeError} if labels or logits have the wrong type or shape
 * @throws {RangeError} if `ignoreLabel` is not an integer
 */
export function crossEntropy(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: LabelOptions = {},
): tf.Scalar {
  const terms = [{ name: "crossEntropy", weight: 1, compute: crossEntropyTerm }] as const;
  return softmaxLoss("crossEntropy", labels, logits, terms, options);
}

/** Cross entropy as a term: gradient `exp·(w / (Σexp·n)) − onehot·(w / n)`, with w the weights. */
export function crossEntropyTerm({ sums, trueLogits, weights }: LabelledSoftmax): Term {
  const share = tf.div(weights, tf.maximum(tf.sum(weights), 1)) as tf.Tensor2D;
  return {
    value: tf.sum(tf.mul(share, tf.sub(tf.log(sums), trueLogits))),
    byExponential: tf.div(share, sums),
    byLabel: tf.neg(share),
  };
}
