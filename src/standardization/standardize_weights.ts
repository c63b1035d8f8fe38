import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { isTaped } from "../gradients/engine_scope.ts";
import { defineOperation, runKernelOr } from "../gradients/operation.ts";
import {
  deviationOf,
  filterSize,
  type Formula,
  formulaOf,
  type StandardizationOptions,
} from "./variants.ts";

/** Options of {@linkcode standardizeWeights}. */
export interface StandardizeWeightsOptions extends StandardizationOptions {
  /**
   * Whether the kernel is a depthwise one, `[height, width, inChannels, multiplier]`: then every
   * pair of an input channel and a multiplier is a filter.
   *
   * @default {false}
   */
  depthwise?: boolean | undefined;
}

/**
 * Standardizes a convolution kernel: every output filter gets zero mean and unit variance,
 *
 * `Ŵ = (W - mean(W)) / s`, with `s = sqrt(var(W) + ε)` or `s = sqrt(var(W)) + ε` by variant,
 *
 * where mean and variance run over a filter's values. The gradient is exact, in closed form:
 *
 * `dW = (g - mean(g) - Ŵ · r · Σ(g ⊙ Ŵ) / m) / s`,
 *
 * with `m` the variance's divisor and `r = 1` for epsilon inside the root, `r = s / (s - ε)`
 * outside. The halves, for ablations, are `meanOnly`, `Ŵ = W - mean(W)` with `dW = g - mean(g)`, and
 * `varianceOnly`, `Ŵ = W / s` with `dW = (g - (Ŵ - mean(Ŵ)) · Σ(g ⊙ Ŵ) / m) / s`.
 *
 * At the edges: a filter that is constant gives 0 and the gradient `(g - mean(g)) / s`, with `s`
 * `sqrt(ε)` or `ε` (PyTorch's own is NaN where epsilon stands outside the root); as its mean is
 * rounded to float32, about 1e-7 of its value remains, and is divided by `s`, too. One value a
 * filter gives 0 with a biased variance, and an error with an unbiased one, which does not exist.
 * With `epsilon: 0`, a constant filter is 0 / 0, NaN. `varianceOnly` makes `W / sqrt(ε)` of a constant
 * filter and of one value a filter, 1e5 times what it was.
 *
 * @param kernel float32, `[..., inChannels, outChannels]`, rank 2 or more; depthwise
 *   `[height, width, inChannels, multiplier]`
 * @param options the variant, its epsilon, and whether the kernel is depthwise
 * @returns the standardized kernel, in the kernel's shape
 * @throws {TypeError} if the kernel is not a float32 tensor of rank 2 or more (3 when depthwise)
 * @throws {RangeError} if the variant is unknown, epsilon is negative or not finite, a filter has
 *   no values, or has one and the variant's variance is unbiased
 *
 * @see Qiao, Wang, Liu, Shen, Yuille: "Micro-Batch Training with Batch-Channel Normalization and
 *   Weight Standardization", arXiv 1903.10520; mosaicml/composer,
 *   `composer/algorithms/weight_standardization`
 *
 * @example
 * ```ts
 * import { standardizeWeights, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const kernel = tf.tensor([1, 10, 3, 10, 5, 30, 7, 30], [2, 2, 1, 2]); // two filters of four
 * const standardized = standardizeWeights(kernel);
 * const { mean, variance } = tf.moments(standardized, [0, 1, 2]);
 * assert.ok(Math.max(...tf.abs(mean).dataSync()) < 1e-6);
 * assert.ok(Math.max(...tf.abs(tf.sub(variance, 1)).dataSync()) < 1e-6);
 * ```
 */
export function standardizeWeights<R extends tf.Rank>(
  kernel: tf.Tensor<R>,
  options: StandardizeWeightsOptions = {},
): tf.Tensor<R> {
  const depthwise = options.depthwise ?? false;
  const formula = formulaOf(options, "standardizeWeights");
  const size = checkedFilterSize(kernel, depthwise, formula);
  return tf.tidy(() => {
    const filters = tf.reshape(kernel, [size, kernel.size / size]);
    const divisor = formula.unbiased ? size - 1 : size;
    const [standardized] = standardize({ filters }, { formula, divisor });
    return tf.reshape(standardized!, kernel.shape) as tf.Tensor<R>;
  });
}

/** A formula, and what its variance divides by: the attributes of `standardize`. */
export interface Standardization {
  /** The formula. */
  formula: Formula;
  /** A filter's number of values, or one less. */
  divisor: number;
}

/** Filters `[size, count]` to `Ŵ` of that shape and `s`, `[1, count]`. */
const standardize = defineOperation<"filters", Standardization>({
  name: "weight-standardization/standardize",
  forward: ({ filters }, attributes) => composedStandardize(filters as tf.Tensor2D, attributes),
  inputsToSave: ["filters"],
  outputsToSave: [true, true],
  gradient(upstream, saved, attributes) {
    // The outputs that are saved count as constants: a gradient of the gradient needs its own.
    const [standardized, deviation] = isTaped()
      ? composedStandardize(saved[0] as tf.Tensor2D, attributes)
      : saved.slice(1) as [tf.Tensor, tf.Tensor];
    const inputs = { upstream, standardized, deviation };
    const compose = () => [composedStandardizeGradient(inputs, attributes)];
    if (isTaped()) return { filters: () => compose()[0]! };
    const name = "weight-standardization/standardize-gradient";
    return { filters: () => runKernelOr(name, inputs, attributes, compose)[0]! };
  },
});

/**
 * The standardization composed of TensorFlow.js's ops, without a gradient. Two passes: the variance
 * is that of the centred values.
 *
 * @param filters `[size, count]`: a column is a filter
 * @param standardization the formula
 * @returns `Ŵ` of that shape, and `s`, `[1, count]`
 */
export function composedStandardize(
  filters: tf.Tensor2D,
  { formula }: Standardization,
): [standardized: tf.Tensor, deviation: tf.Tensor] {
  const [size, count] = filters.shape;
  const centred = tf.sub(filters, tf.mean(filters, 0, true));
  if (!formula.divides) return [centred, tf.ones([1, count])];
  const deviation = deviationOf(tf.mean(tf.square(centred), 0, true), formula, size);
  return [tf.div(formula.centres ? centred : filters, deviation), deviation];
}

/**
 * The standardization's gradient composed of TensorFlow.js's ops.
 *
 * @param inputs the gradient by `Ŵ`, and what {@linkcode composedStandardize} returned
 * @param standardization the formula, and the variance's divisor
 * @returns the gradient by the filters
 */
export function composedStandardizeGradient(
  { upstream, standardized, deviation }: Record<
    "upstream" | "standardized" | "deviation",
    tf.Tensor
  >,
  { formula: { centres, divides, epsilonOn, epsilon }, divisor }: Standardization,
): tf.Tensor {
  const centre = (x: tf.Tensor) => tf.sub(x, tf.mean(x, 0, true));
  if (!divides) return centre(upstream);
  const share = tf.div(tf.sum(tf.mul(upstream, standardized), 0, true), divisor);
  // Outside the root, epsilon keeps s apart from the deviation whose derivative is taken. A
  // constant filter has deviation 0 and Ŵ = 0: divNoNan keeps 0 · ∞ out.
  const scaled = epsilonOn === "variance"
    ? share
    : tf.divNoNan(tf.mul(share, deviation), tf.sub(deviation, epsilon));
  // The direction in which s grows is that of the centred values, which Ŵ has where it is centred.
  const [direct, along] = centres
    ? [centre(upstream), standardized]
    : [upstream, centre(standardized)];
  return tf.div(tf.sub(direct, tf.mul(along, scaled)), deviation);
}

function checkedFilterSize(kernel: tf.Tensor, depthwise: boolean, formula: Formula): number {
  const lowestRank = depthwise ? 3 : 2;
  const purpose = "standardizeWeights as kernel must";
  check(kernel instanceof tf.Tensor, TypeError, `${purpose} be a tensor`, kernel);
  const { rank, shape, dtype } = kernel;
  const wanted = `rank ${lowestRank} or more${depthwise ? " when depthwise" : ""}`;
  check(rank >= lowestRank, TypeError, `${purpose} have ${wanted}`, shape);
  check(dtype === "float32", TypeError, `${purpose} be float32`, dtype);
  const size = filterSize(kernel, depthwise);
  const needed = formula.unbiased ? 2 : 1;
  const values = `${needed} or more values${formula.unbiased ? " for an unbiased variance" : ""}`;
  const holds = kernel.size > 0 && size >= needed;
  check(holds, RangeError, `standardizeWeights as each filter must have ${values}`, shape);
  return size;
}
