import * as tf from "../tf.ts";
import { deviationOf, filterSize, type Formula } from "./variants.ts";

/**
 * What gives a standardized kernel its own mean and deviation back: `kernel = gain · Ŵ + offset`,
 * a number a filter. Constants: they are not trained, and saved with the layer's configuration.
 */
export interface Affine {
  /** Shape of both, which broadcasts over the kernel: 1 along a filter's axes. */
  shape: number[];
  /** Each filter's deviation `s`, as the formula has it: 1 where it does not divide. */
  gain: number[];
  /** Each filter's mean; 0 where the formula does not subtract it. */
  offset: number[];
}

/**
 * The affine terms that undo the standardization of a kernel as it is now.
 *
 * @param kernel the raw kernel
 * @param depthwise whether it is a depthwise kernel
 * @param formula how it is standardized
 * @returns a gain and an offset for each filter
 */
export function affineOf(kernel: tf.Tensor, depthwise: boolean, formula: Formula): Affine {
  return tf.tidy(() => {
    const axes = kernel.shape.map((_, axis) => axis).slice(0, depthwise ? -2 : -1);
    const { mean, variance } = tf.moments(kernel, axes, true);
    const deviation = deviationOf(variance, formula, filterSize(kernel, depthwise));
    const offset = formula.centres ? mean : tf.zerosLike(mean);
    return {
      shape: mean.shape,
      gain: Array.from(deviation.dataSync()),
      offset: Array.from(offset.dataSync()),
    };
  });
}

/**
 * `gain · standardized + offset`.
 *
 * @param standardized a standardized kernel
 * @param affine a gain and an offset for each of its filters
 * @returns a tensor of the kernel's shape
 */
export function applyAffine(
  standardized: tf.Tensor,
  { shape, gain, offset }: Affine,
): tf.Tensor {
  return tf.add(tf.mul(standardized, tf.tensor(gain, shape)), tf.tensor(offset, shape));
}
