/**
 * Losses of a softmax by `SparseSoftmaxCrossEntropyWithLogits`, which computes each pixel's loss, and
 * its gradient `softmax − onehot` in the logits' own memory where nothing else needs that: one map of
 * `[pixels, classes]` in place of four.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import { lossByClass } from "../../../training/losses/dice.ts";
import {
  sharedSoftmaxLossKernel,
  type SoftmaxLossAttributes,
  softmaxLossKernel,
} from "../../../training/losses/softmax_loss.ts";
import { pixelShares, type WholeBatch } from "../../../training/losses/whole_batch.ts";
import type { FusedKernel, Runner } from "./kernel.ts";

/** What the losses have in common. */
interface Pixels {
  /** The labels, `[pixels]`; where one is no class, a class, as the operation refuses others. */
  labels: tf.Tensor1D;
  /** `[pixels, 1]`: 1 where labelled, 0 where ignored, NaN where the label is out of range. */
  weights: tf.Tensor2D;
  /** Cross entropy of each pixel, `[pixels, 1]`. */
  losses: tf.Tensor2D;
  /** `softmax − onehot`, `[pixels, classes]`. */
  difference: tf.Tensor2D;
}

/** A loss, and its gradient `difference·(byPixel + weights·byClass) + onehot·byLabel + byAll`. */
interface Term {
  value: tf.Scalar;
  /** `[pixels, 1]` */
  byPixel: tf.Tensor2D;
  /** `[1, classes]` */
  byClass?: tf.Tensor2D;
  /** `[pixels, 1]` */
  byLabel?: tf.Tensor2D;
  /** `[pixels, 1]` */
  byAll?: tf.Tensor2D;
}

const column = (values: tf.Tensor): tf.Tensor2D => tf.reshape(values, [-1, 1]);

function toPixels(
  runner: Runner,
  given: tf.Tensor1D,
  logits: tf.Tensor2D,
  ignoreLabel: number,
): Pixels {
  const bounds = [tf.scalar(0, "int32"), tf.scalar(logits.shape[1] - 1, "int32")] as const;
  const labels: tf.Tensor1D = tf.maximum(tf.minimum(given, bounds[1]), bounds[0]);
  const counted = tf.notEqual(given, tf.scalar(ignoreLabel, "int32")).toFloat();
  const inRange = tf.equal(labels, given).toFloat();
  const weights = tf.div(tf.mul(counted, inRange), tf.add(inRange, tf.sub(1, counted)));
  const [losses, difference] = runner.run(
    "SparseSoftmaxCrossEntropyWithLogits",
    { T: { type: "float32" }, Tlabels: { type: "int32" } },
    [logits, labels],
    2,
  ) as [tf.Tensor1D, tf.Tensor2D];
  // An ignored pixel is given a class that −∞ may rule out: 0 · ∞ would be NaN. NaN stays.
  const isRuledOut = tf.logicalAnd(tf.equal(losses, Infinity), tf.equal(weights, 0));
  const counting = tf.where(isRuledOut, tf.zerosLike(losses), losses);
  return { labels, weights: column(weights), losses: column(counting), difference };
}

function crossEntropy({ losses }: Pixels, share: tf.Tensor2D, weight: number): Term {
  return {
    value: tf.mul(tf.sum(tf.mul(share, losses)), weight),
    byPixel: tf.mul(share, weight),
  };
}

/** Float32's most negative number. */
const LOWEST = -3.4028234663852886e38;

/**
 * What smoothing by ε adds to the cross entropy: `ε·(z[label] − mean z)`, of which the gradient is
 * `ε·(onehot − 1 / classes)`.
 */
function smoothing(
  { labels, weights }: Pixels,
  share: tf.Tensor2D,
  logits: tf.Tensor2D,
  scale: number,
): Term {
  const classes = logits.shape[1];
  const shifted: tf.Tensor2D = tf.sub(logits, tf.max(logits, 1, true));
  const first = tf.mul(tf.range(0, labels.size, 1, "int32"), tf.scalar(classes, "int32"));
  const places: tf.Tensor1D = tf.add(first, labels);
  // A class that is ruled out makes the loss ∞, which ∞ − ∞ would hide.
  const own = tf.clipByValue(tf.gather(tf.reshape(shifted, [-1]), places), LOWEST, 0);
  const added: tf.Tensor2D = tf.sub(column(own), tf.mean(shifted, 1, true));
  const counting = tf.where(tf.equal(weights, 0), tf.zerosLike(added), added);
  return {
    value: tf.mul(tf.sum(tf.mul(share, counting)), scale),
    byPixel: tf.zerosLike(share),
    byLabel: tf.mul(share, scale),
    byAll: tf.mul(share, -scale / classes),
  };
}

/** How many pixels are summed one after another: in float32, a sum of millions grows no more. */
const RUN = 1024;

/** Sums the values of each label, `[1, classes]`: those of every run of pixels, then the runs. */
function sumByLabel(values: tf.Tensor2D, labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  const runs = Math.ceil(labels.size / RUN);
  const run = tf.floorDiv(tf.range(0, labels.size, 1, "int32"), tf.scalar(RUN, "int32"));
  const places: tf.Tensor1D = tf.add(tf.mul(run, tf.scalar(classes, "int32")), labels);
  const sums = tf.unsortedSegmentSum(tf.reshape(values, [-1]), places, runs * classes);
  return tf.sum(tf.reshape(sums, [runs, classes]), 0, true);
}

/** The gradient of `diceTerm`, for the probabilities `difference + onehot`. */
function dice(
  { labels, weights, losses, difference }: Pixels,
  weight: number,
  batch: WholeBatch | undefined,
): Term {
  const classes = difference.shape[1];
  const overlaps: tf.Tensor2D = tf.mul(weights, tf.exp(tf.neg(losses)));
  const ofLabel = (values: tf.Tensor2D) => column(tf.gather(tf.reshape(values, [-1]), labels));
  const labelled = sumByLabel(weights, labels, classes);
  const differences = tf.reshape(tf.matMul(difference, weights, true), [1, -1]);
  const sums = lossByClass(
    sumByLabel(overlaps, labels, classes),
    tf.add(differences, labelled),
    labelled,
    batch,
  );
  const byClass: tf.Tensor2D = tf.mul(sums.byClass, weight);
  const toOverlap = tf.mul(ofLabel(tf.mul(sums.byIntersection, weight)), overlaps);
  const own = ofLabel(byClass);
  const expected = tf.add(tf.matMul(difference, byClass, false, true), own);
  const byPixel: tf.Tensor2D = tf.neg(tf.add(tf.mul(weights, expected), toOverlap));
  const byLabel = tf.add(tf.add(byPixel, toOverlap), tf.mul(weights, own)) as tf.Tensor2D;
  return { value: tf.mul(sums.value, weight), byPixel, byClass, byLabel };
}

function sumOf(tensors: readonly tf.Tensor2D[]): tf.Tensor2D | undefined {
  const [first, ...others] = tensors;
  return first && others.reduce<tf.Tensor2D>((a, b) => tf.add(a, b), first);
}

/** The sum of the terms' gradients, of which one at most is by class. */
function gradientOf(runner: Runner, pixels: Pixels, terms: readonly Term[]): tf.Tensor {
  const { labels, weights, difference } = pixels;
  const byPixel = terms.map((term) => term.byPixel).reduce((a, b) => tf.add(a, b));
  const byClass = terms.flatMap((term) => term.byClass ?? [])[0];
  const byLabel = sumOf(terms.flatMap((term) => term.byLabel ?? []));
  const byAll = terms.flatMap((term) => term.byAll ?? [])[0];
  const factor = byClass === undefined ? byPixel : tf.add(tf.mul(weights, byClass), byPixel);
  const product = tf.mul(difference, factor);
  if (byLabel === undefined) return product;
  const gradient = byAll === undefined ? product : tf.add(product, byAll);
  const pixelCount = labels.size;
  const indices = tf.stack([tf.range(0, pixelCount, 1, "int32"), labels], 1);
  const types = { T: { type: "float32" }, Tindices: { type: "int32" } } as const;
  const updates = tf.reshape(byLabel, [-1]);
  return runner.run("TensorScatterAdd", types, [gradient, indices, updates], 1)[0]!;
}

const softmaxLoss: FusedKernel = {
  name: softmaxLossKernel,
  compute(runner, { labels, logits }, attributes) {
    // What this library calls the kernel with; TensorFlow.js types attributes loosely.
    const weights = attributes as unknown as SoftmaxLossAttributes;
    const maps = [labels as tf.Tensor1D, logits as tf.Tensor2D] as const;
    const pixels = toPixels(runner, ...maps, weights.ignoreLabel);
    const terms: Term[] = [];
    if (weights.crossEntropy > 0) {
      const share = pixelShares(pixels.weights, weights.batch);
      terms.push(crossEntropy(pixels, share, weights.crossEntropy));
      const added = weights.crossEntropy * weights.labelSmoothing;
      if (added > 0) terms.push(smoothing(pixels, share, maps[1], added));
    }
    if (weights.dice > 0) terms.push(dice(pixels, weights.dice, weights.batch));
    const value = terms.map((term) => term.value).reduce((a, b) => tf.add(a, b));
    return [value, gradientOf(runner, pixels, terms)];
  },
};

/** Cross entropy, Dice, and their weighted sum, each with the gradient by the logits. */
export const softmaxLosses: readonly FusedKernel[] = [
  softmaxLoss,
  { ...softmaxLoss, name: sharedSoftmaxLossKernel },
];
