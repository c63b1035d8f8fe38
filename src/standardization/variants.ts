import * as tf from "../tf.ts";
import { check } from "../check.ts";

/**
 * The formulas in use under the name "weight standardization". They differ in the variance's
 * divisor and in where epsilon stands:
 *
 * | variant | used by | variance | denominator |
 * | --- | --- | --- | --- |
 * | `composer` | Composer; BiT in PyTorch, TensorFlow 2 and JAX | biased | `sqrt(var + 1e-10)` |
 * | `timm` | timm's StdConv2d; with epsilon 1e-8 timm's and transformers' BiT | biased | `sqrt(var + 1e-6)` |
 * | `deeplab` | tensorflow/models research/deeplab | biased | `sqrt(var + 1e-5)` |
 * | `bigvision` | big_vision, the authors' TensorFlow snippet | biased | `std + 1e-5` |
 * | `paper` | the authors' PyTorch code, mmcv's ConvWS2d | unbiased | `std + 1e-5` |
 * | `bcn` | the authors' BCN repository, mmcv's ConvAWS2d | unbiased | `sqrt(var + 1e-5)` |
 */
export type Variant = "composer" | "timm" | "deeplab" | "bigvision" | "paper" | "bcn";

/** What a {@linkcode Variant} stands for. */
export interface Formula {
  /** The variance divides by `n - 1` where true, by `n` where false. */
  unbiased: boolean;
  /** Where epsilon is added: to the variance, or to the standard deviation. */
  epsilonOn: "variance" | "deviation";
  /** The epsilon. */
  epsilon: number;
}

/** Every variant's formula. */
export const variants: Readonly<Record<Variant, Readonly<Formula>>> = {
  composer: { unbiased: false, epsilonOn: "variance", epsilon: 1e-10 },
  timm: { unbiased: false, epsilonOn: "variance", epsilon: 1e-6 },
  deeplab: { unbiased: false, epsilonOn: "variance", epsilon: 1e-5 },
  bigvision: { unbiased: false, epsilonOn: "deviation", epsilon: 1e-5 },
  paper: { unbiased: true, epsilonOn: "deviation", epsilon: 1e-5 },
  bcn: { unbiased: true, epsilonOn: "variance", epsilon: 1e-5 },
};

/** Which formula standardizes. Common to every function and layer that does. */
export interface StandardizationOptions {
  /**
   * The formula, see {@linkcode Variant}.
   *
   * @default {"composer"}
   */
  variant?: Variant | undefined;
  /**
   * Replaces the variant's epsilon. Must be finite and >= 0.
   *
   * @default {variants[variant].epsilon}
   */
  epsilon?: number | undefined;
}

/**
 * The formula that `options` ask for.
 *
 * @param options the variant and its epsilon
 * @param caller the public function to name in errors
 * @returns the formula, with its epsilon replaced where the options give one
 * @throws {RangeError} if the variant is unknown, or epsilon negative or not finite
 */
export function formulaOf(options: StandardizationOptions, caller: string): Formula {
  const { variant = "composer", epsilon } = options;
  const isKnown = Object.hasOwn(variants, variant);
  const known = Object.keys(variants).join(", ");
  check(isKnown, RangeError, `${caller} as variant must be one of ${known}`, variant);
  const isEpsilon = epsilon === undefined || (Number.isFinite(epsilon) && epsilon >= 0);
  check(isEpsilon, RangeError, `${caller} as epsilon must be finite and >= 0`, epsilon);
  const formula = variants[variant];
  return { ...formula, epsilon: epsilon ?? formula.epsilon };
}

/**
 * How many values each filter of a kernel has: the `n` of the variance.
 *
 * @param kernel `[..., inChannels, outChannels]`; depthwise `[..., inChannels, multiplier]`
 * @param depthwise whether each pair of an input channel and a multiplier is a filter
 * @returns the number of values of a filter
 */
export function filterSize(kernel: tf.Tensor, depthwise: boolean): number {
  return kernel.shape.slice(0, depthwise ? -2 : -1).reduce((size, length) => size * length, 1);
}

/**
 * What a filter's values are divided by: `s = sqrt(var + ε)`, or `sqrt(var) + ε`.
 *
 * @param meanSquare the mean of the squared differences from the mean, one for each filter
 * @param formula the formula
 * @param size how many values a filter has
 * @returns `s`, in the shape of `meanSquare`
 */
export function deviationOf(meanSquare: tf.Tensor, formula: Formula, size: number): tf.Tensor {
  const { unbiased, epsilonOn, epsilon } = formula;
  const variance = tf.mul(meanSquare, unbiased ? size / (size - 1) : 1);
  return epsilonOn === "variance"
    ? tf.sqrt(tf.add(variance, epsilon))
    : tf.add(tf.sqrt(variance), epsilon);
}
