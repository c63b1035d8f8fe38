import * as tf from "../../tf.ts";

/** The softmax of every pixel beside its label; batch and space are flattened to `pixels`. */
export interface LabelledSoftmax {
  /** `logits − max`, `[pixels, classes]`. */
  shifted: tf.Tensor2D;
  /** `exp(logits − max)`, `[pixels, classes]`: the softmax's numerator. */
  exponentials: tf.Tensor2D;
  /** The numerators' sum, `[pixels, 1]`: the softmax's denominator. */
  sums: tf.Tensor2D;
  /** The labels, `[pixels, classes]`; a row of zeros where the label is not a class. */
  oneHot: tf.Tensor2D;
  /** `logit − max` of the label's own class, `[pixels, 1]`. */
  trueLogits: tf.Tensor2D;
  /** `[pixels, 1]`: 1 where labelled, 0 where ignored, NaN where the label is out of range. */
  weights: tf.Tensor2D;
}

/**
 * Prepares what cross entropy and Dice have in common, so that their sum computes it once. The
 * softmax stays a fraction: both losses need it inside sums only, where dividing the
 * `[pixels, 1]` sums is cheaper than dividing `[pixels, classes]`.
 *
 * @param labels int32 `[pixels]`
 * @param logits `[pixels, classes]`
 * @param ignoreLabel the label of pixels that do not count
 * @returns tensors that the caller's tidy disposes of
 */
export function labelledSoftmax(
  labels: tf.Tensor1D,
  logits: tf.Tensor2D,
  ignoreLabel: number,
): LabelledSoftmax {
  const shifted: tf.Tensor2D = tf.sub(logits, tf.max(logits, 1, true));
  const exponentials = tf.exp(shifted);
  // On wasm tf.oneHot to float32 writes integers' bits, so it is cast afterwards.
  const oneHot = tf.oneHot(labels, logits.shape[1]).toFloat() as tf.Tensor2D;
  const weights = labelWeights(labels, oneHot, ignoreLabel);
  return {
    shifted,
    exponentials,
    sums: tf.sum(exponentials, 1, true),
    oneHot,
    trueLogits: selectByLabel(oneHot, shifted, weights),
    weights,
  };
}

/** Float32's most negative number. */
const LOWEST = -3.4028234663852886e38;

/**
 * The label's own value of each row. A logit of −∞, a class that is ruled out, must not make the
 * product 0 · ∞: it counts as the lowest number. Where it is the own one of a label that counts,
 * doubling makes it −∞ again, and the loss ∞, as in PyTorch; other numbers are doubled and halved
 * without rounding. Where the label is ignored, its weight of 0 must not meet ∞.
 */
function selectByLabel(
  oneHot: tf.Tensor2D,
  shifted: tf.Tensor2D,
  weights: tf.Tensor2D,
): tf.Tensor2D {
  const finite = tf.clipByValue(shifted, LOWEST, 0);
  const doubling = tf.add(weights, 1);
  return tf.div(tf.mul(tf.sum(tf.mul(oneHot, finite), 1, true), doubling), doubling);
}

/**
 * A recorded step cannot read its labels, so a label out of range cannot throw: 0/0 makes the
 * loss NaN instead. Arithmetic, as tf.where over a broadcast scalar is 15 times slower on wasm.
 */
function labelWeights(labels: tf.Tensor1D, oneHot: tf.Tensor2D, ignoreLabel: number): tf.Tensor2D {
  const counted = tf.notEqual(labels, tf.scalar(ignoreLabel, "int32")).toFloat().reshape([-1, 1]);
  const inRange = tf.sum(oneHot, 1, true);
  return tf.div(tf.mul(counted, inRange), tf.add(inRange, tf.sub(1, counted)));
}
