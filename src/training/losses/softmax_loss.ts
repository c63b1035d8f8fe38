import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { isTapedTwice } from "../../gradients/engine_scope.ts";
import { hasKernel } from "../../gradients/operation.ts";
import { type LabelledSoftmax, labelledSoftmax } from "./labelled_softmax.ts";
import { batchOverWorkers, type WholeBatch } from "./whole_batch.ts";

/** A loss, and its gradient by the logits as the factors of what {@linkcode softmaxLoss} shares. */
export interface Term {
  /** The loss. */
  value: tf.Scalar;
  /** Factor of `exp(logits − max)`, `[pixels, 1]`. */
  byExponential: tf.Tensor2D;
  /** Factor of the one-hot labels, `[pixels, 1]`. */
  byLabel: tf.Tensor2D;
  /** Factor of the labelled pixels' probabilities, where it differs by class: `[1, classes]`. */
  byClass?: tf.Tensor2D;
  /** What is added for every class, where there is something: `[pixels, 1]`. */
  byAll?: tf.Tensor2D;
}

/** What terms are computed by beside the softmax. */
export interface TermOptions {
  /** How far labels are smoothed. */
  labelSmoothing: number;
  /** What sums over pixels are over; without it, over those of the softmax. */
  batch: WholeBatch | undefined;
}

/** Computes a term; a weighted sum of terms is a loss. */
export interface WeightedTerm {
  /** Which loss it is, to a backend that computes it itself. */
  name: "crossEntropy" | "dice";
  weight: number;
  compute: (softmax: LabelledSoftmax, options: TermOptions) => Term;
}

/** Which pixels count. */
export interface LabelOptions {
  /**
   * The label of pixels that do not count.
   *
   * @default {-1}
   */
  ignoreLabel?: number | undefined;
}

/** The same of a loss that has a cross entropy. */
export interface SmoothedLabelOptions extends LabelOptions {
  /**
   * The share ε of each target that is spread over all classes: `(1 − ε)·onehot + ε / classes`, in
   * `[0, 1]`. Ignored pixels stay ignored. Source: Szegedy et al., "Rethinking the Inception
   * Architecture for Computer Vision", 2016.
   *
   * @default {0}
   */
  labelSmoothing?: number | undefined;
}

/**
 * The kernel by which a backend computes a loss itself: of `labels`, int32 `[pixels]`, and `logits`,
 * float32 `[pixels, classes]`, it returns the loss, a scalar, and its gradient by the logits.
 */
export const softmaxLossKernel = "weight-standardization/softmax-loss";

/** The same of a batch on several workers, for backends on which there are some. */
export const sharedSoftmaxLossKernel = "weight-standardization/shared-softmax-loss";

/** The attributes of {@linkcode softmaxLossKernel}: the terms' weights, and which pixels count. */
export interface SoftmaxLossAttributes {
  /** Weight of the cross entropy; 0 leaves it out. */
  crossEntropy: number;
  /** Weight of the Dice loss; 0 leaves it out. */
  dice: number;
  /** The label of pixels that do not count. */
  ignoreLabel: number;
  /** How far the cross entropy's labels are smoothed. */
  labelSmoothing: number;
  /** Of {@linkcode sharedSoftmaxLossKernel}: the whole batch. */
  batch?: WholeBatch;
}

/**
 * Weighted sum of terms over one softmax, with a closed-form gradient: for large maps the
 * passes over `[pixels, classes]` are what a loss costs.
 *
 * @param name the public function, for its error messages
 * @param labels int32 `[...]`
 * @param logits float32 `[..., classes]`
 * @param terms what is summed
 * @param options which pixels count, and how far labels are smoothed
 * @returns the loss, a scalar
 * @throws {TypeError} if labels or logits have the wrong type or shape
 * @throws {RangeError} if `ignoreLabel` is not an integer
 */
export function softmaxLoss(
  name: string,
  labels: tf.Tensor,
  logits: tf.Tensor,
  terms: readonly WeightedTerm[],
  { ignoreLabel = -1, labelSmoothing = 0 }: SmoothedLabelOptions = {},
): tf.Scalar {
  checkArguments(name, labels, logits, ignoreLabel);
  const classes = logits.shape.at(-1) ?? 0;
  const batch = batchOverWorkers();
  return tf.tidy(() => {
    const flatLabels = tf.reshape(labels, [-1]) as tf.Tensor1D;
    if (isTapedTwice()) {
      if (batch !== undefined) throw new Error(`Cannot differentiate ${name} twice over workers`);
      // What a closed form has saved counts as constant: a gradient of the gradient needs each op.
      const softmax = labelledSoftmax(flatLabels, tf.reshape(logits, [-1, classes]), ignoreLabel);
      return weightedSum(softmax, terms, { labelSmoothing, batch }).value;
    }
    const kernel = batch === undefined ? softmaxLossKernel : sharedSoftmaxLossKernel;
    if (hasKernel(kernel)) {
      const attributes = { crossEntropy: 0, dice: 0, ignoreLabel, labelSmoothing };
      for (const { name, weight } of terms) attributes[name] += weight;
      const given = batch === undefined ? attributes : { ...attributes, batch };
      return lossByKernel(kernel, flatLabels, tf.reshape(logits, [-1, classes]), given);
    }
    const loss = tf.customGrad<tf.Scalar>((x, save) => {
      const softmax = labelledSoftmax(flatLabels, x as tf.Tensor2D, ignoreLabel);
      const sum = weightedSum(softmax, terms, { labelSmoothing, batch });
      const { value, byExponential, byLabel, byClass, byAll } = sum;
      const perClass = byClass === undefined
        ? []
        : [tf.div(softmax.weights, softmax.sums), byClass];
      const perPixel = byAll === undefined ? [] : [byAll];
      (save as tf.GradSaveFunc)(
        [softmax.exponentials, softmax.oneHot, byExponential, byLabel, ...perPixel, ...perClass],
      );
      return { value, gradFunc: byAll === undefined ? logitGradient : smoothedGradient };
    });
    return loss(tf.reshape(logits, [-1, classes]));
  });
}

function lossByKernel(
  kernel: string,
  labels: tf.Tensor1D,
  logits: tf.Tensor2D,
  attributes: SoftmaxLossAttributes,
): tf.Scalar {
  const loss = tf.customGrad<tf.Scalar>((x, save) => {
    const inputs = { labels, logits: x as tf.Tensor };
    const outputs = tf.engine().runKernel(kernel, inputs, attributes as unknown as tf.NamedAttrMap);
    const [value, gradient] = outputs as [tf.Scalar, tf.Tensor2D];
    (save as tf.GradSaveFunc)([gradient]);
    const gradFunc = (upstream: tf.Scalar, saved: tf.Tensor[]) => tf.mul(saved[0]!, upstream);
    return { value, gradFunc };
  });
  return loss(logits);
}

function weightedSum(
  softmax: LabelledSoftmax,
  terms: readonly WeightedTerm[],
  options: TermOptions,
): Term {
  const weighted = terms.map(({ weight, compute }) => scale(compute(softmax, options), weight));
  return weighted.reduce((sum, term) => ({
    value: tf.add(sum.value, term.value),
    byExponential: tf.add(sum.byExponential, term.byExponential),
    byLabel: tf.add(sum.byLabel, term.byLabel),
    ...addIfAny("byClass", sum, term),
    ...addIfAny("byAll", sum, term),
  }));
}

function scale(term: Term, weight: number): Term {
  const { value, byExponential, byLabel, byClass, byAll } = term;
  return {
    value: tf.mul(value, weight),
    byExponential: tf.mul(byExponential, weight),
    byLabel: tf.mul(byLabel, weight),
    ...(byClass === undefined ? {} : { byClass: tf.mul(byClass, weight) }),
    ...(byAll === undefined ? {} : { byAll: tf.mul(byAll, weight) }),
  };
}

function addIfAny(name: "byClass" | "byAll", first: Term, second: Term): Partial<Term> {
  const [a, b] = [first[name], second[name]];
  if (a === undefined) return b === undefined ? {} : { [name]: b };
  return { [name]: b === undefined ? a : tf.add(a, b) };
}

/**
 * `upstream·(exp·(byExponential + byClass·weight / Σexp) + onehot·byLabel)`. The upstream scalar
 * multiplies the small factors, never `[pixels, classes]`.
 */
function logitGradient(upstream: tf.Scalar, saved: tf.Tensor[]): tf.Tensor {
  const [exponentials, oneHot, byExponential, byLabel, ...perClass] = saved as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    ...tf.Tensor2D[],
  ];
  return tf.tidy(() => {
    let factor = tf.mul(byExponential, upstream);
    const [weightedInverse, byClass] = perClass;
    if (weightedInverse !== undefined && byClass !== undefined) {
      factor = tf.add(tf.mul(weightedInverse, tf.mul(byClass, upstream)), factor);
    }
    return tf.add(
      tf.mul(exponentials, factor),
      tf.mul(oneHot, tf.mul(byLabel, upstream)),
    );
  });
}

/** The same, and `byAll` for each class. */
function smoothedGradient(upstream: tf.Scalar, saved: tf.Tensor[]): tf.Tensor {
  const byAll = saved[4]!;
  return tf.tidy(() =>
    tf.add(logitGradient(upstream, saved.toSpliced(4, 1)), tf.mul(byAll, upstream))
  );
}

/** Throws unless a share of smoothing is in `[0, 1]`. */
export function checkSmoothing(purpose: string, value: number): void {
  const requirement = `${purpose} as labelSmoothing must be in [0, 1]`;
  const isShare = typeof value === "number" && value >= 0 && value <= 1;
  check(isShare, RangeError, requirement, Number.isNaN(value) ? value : JSON.stringify(value));
}

function checkArguments(
  name: string,
  labels: tf.Tensor,
  logits: tf.Tensor,
  ignoreLabel: number,
): void {
  const say = ({ dtype, shape }: tf.Tensor) => `${dtype} [${shape}]`;
  check(
    logits.dtype === "float32" && logits.rank > 1 && logits.shape.at(-1)! > 1,
    TypeError,
    `compute ${name} as logits must be float32 of shape [..., classes], 2 classes or more`,
    say(logits),
  );
  const wanted = `int32 [${logits.shape.slice(0, -1)}]`;
  check(
    say(labels) === wanted,
    TypeError,
    `compute ${name} as labels must be ${wanted}, the logits' shape without classes`,
    say(labels),
  );
  const isInteger = Number.isInteger(ignoreLabel);
  check(isInteger, RangeError, `compute ${name} as ignoreLabel must be an integer`, ignoreLabel);
}
