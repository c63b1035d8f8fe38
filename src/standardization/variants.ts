import * as tf from "../tf.ts";
import { check } from "../check.ts";

/**
 * The formulas in use under the name "weight standardization", and its two halves. The formulas
 * differ in the variance's divisor and in where epsilon stands:
 *
 * | variant | used by | variance | denominator |
 * | --- | --- | --- | --- |
 * | `composer` | Composer; BiT in PyTorch, TensorFlow 2 and JAX | biased | `sqrt(var + 1e-10)` |
 * | `timm` | timm's StdConv2d; with epsilon 1e-8 timm's and transformers' BiT | biased | `sqrt(var + 1e-6)` |
 * | `deeplab` | tensorflow/models research/deeplab | biased | `sqrt(var + 1e-5)` |
 * | `bigvision` | big_vision, the authors' TensorFlow snippet | biased | `std + 1e-5` |
 * | `paper` | the authors' PyTorch code, mmcv's ConvWS2d | unbiased | `std + 1e-5` |
 * | `bcn` | the authors' BCN repository, mmcv's ConvAWS2d | unbiased | `sqrt(var + 1e-5)` |
 * | `meanOnly` | ablations: `Ŵ = W - mean(W)` | none | `1` |
 * | `varianceOnly` | ablations: `Ŵ = W / s`, the mean stays | biased | `sqrt(var + 1e-10)` |
 *
 * The halves are Composer's: subtracting the mean after `varianceOnly` is `composer`. So the variance
 * is that about the mean in both, which the paper's ablation, a step at a time, leaves open for a
 * filter whose mean is not subtracted.
 */
export type Variant =
  | "composer"
  | "timm"
  | "deeplab"
  | "bigvision"
  | "paper"
  | "bcn"
  | "meanOnly"
  | "varianceOnly";

/** What a {@linkcode Variant} stands for. */
export interface Formula {
  /** Whether a filter's mean is subtracted. */
  centres: boolean;
  /** Whether a filter is divided by its deviation `s`; where not, `s` is 1. */
  divides: boolean;
  /** The variance divides by `n - 1` where true, by `n` where false. */
  unbiased: boolean;
  /** Where epsilon is added: to the variance, or to the standard deviation. */
  epsilonOn: "variance" | "deviation";
  /** The epsilon. */
  epsilon: number;
}

const whole = { centres: true, divides: true } as const;
const composer: Formula = { ...whole, unbiased: false, epsilonOn: "variance", epsilon: 1e-10 };

/** Every variant's formula. */
export const variants: Readonly<Record<Variant, Readonly<Formula>>> = {
  composer,
  timm: { ...whole, unbiased: false, epsilonOn: "variance", epsilon: 1e-6 },
  deeplab: { ...whole, unbiased: false, epsilonOn: "variance", epsilon: 1e-5 },
  bigvision: { ...whole, unbiased: false, epsilonOn: "deviation", epsilon: 1e-5 },
  paper: { ...whole, unbiased: true, epsilonOn: "deviation", epsilon: 1e-5 },
  bcn: { ...whole, unbiased: true, epsilonOn: "variance", epsilon: 1e-5 },
  meanOnly: { ...composer, divides: false, epsilon: 0 },
  varianceOnly: { ...composer, centres: false },
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
   * Replaces the variant's epsilon. Must be finite and >= 0; 0 for `meanOnly`, which has none.
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
 * @throws {RangeError} if the variant is unknown, epsilon negative or not finite, or given to a
 *   variant that has none
 */
export function formulaOf(options: StandardizationOptions, caller: string): Formula {
  const { variant = "composer", epsilon } = options;
  const isKnown = Object.hasOwn(variants, variant);
  const known = Object.keys(variants).join(", ");
  check(isKnown, RangeError, `${caller} as variant must be one of ${known}`, variant);
  const isEpsilon = epsilon === undefined || (Number.isFinite(epsilon) && epsilon >= 0);
  check(isEpsilon, RangeError, `${caller} as epsilon must be finite and >= 0`, epsilon);
  const formula = variants[variant];
  const hasUse = formula.divides || (epsilon ?? 0) === 0;
  check(hasUse, RangeError, `${caller} as epsilon must be left out for ${variant}`, epsilon);
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
 * What a filter's values are divided by: `s = sqrt(var + ε)`, or `sqrt(var) + ε`; 1 where the
 * formula does not divide.
 *
 * @param meanSquare the mean of the squared differences from the mean, one for each filter
 * @param formula the formula
 * @param size how many values a filter has
 * @returns `s`, in the shape of `meanSquare`
 */
export function deviationOf(meanSquare: tf.Tensor, formula: Formula, size: number): tf.Tensor {
  const { divides, unbiased, epsilonOn, epsilon } = formula;
  if (!divides) return tf.onesLike(meanSquare);
  const variance = tf.mul(meanSquare, unbiased ? size / (size - 1) : 1);
  return epsilonOn === "variance"
    ? tf.sqrt(tf.add(variance, epsilon))
    : tf.add(tf.sqrt(variance), epsilon);
}
