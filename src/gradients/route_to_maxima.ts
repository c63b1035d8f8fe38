import { computeValues } from "../kernels/compute_values.ts";
import type * as tf from "../tf.ts";
import { eachWindow } from "./each_window.ts";
import type { Geometry } from "./geometry.ts";
import type { Volume } from "./volume.ts";

/**
 * The gradient of a max-pool in JavaScript, for a backend whose values can be read at once: each
 * output's goes to the first of the largest values in its window.
 *
 * @param dy the gradient with respect to the output
 * @param x the input `[batch, …, channels]`
 * @param axes the windows, along two axes or three
 * @returns the gradient with respect to `x`
 */
export function routeToMaxima<T extends tf.Tensor4D | tf.Tensor5D>(
  dy: T,
  x: T,
  axes: Geometry | Volume,
): T {
  const { shape, size } = x, channels = shape.at(-1)!;
  const compute = (values: tf.TypedArray, gradients: tf.TypedArray) => {
    const dx = new Float32Array(size);
    eachWindow(shape[0]!, channels, axes, (pixels, output) => {
      if (pixels.length === 0) return;
      for (let channel = 0; channel < channels; channel++) {
        dx[firstMaximum(values, pixels, channel)]! += gradients[output + channel]!;
      }
    });
    return dx;
  };
  return computeValues([x, dy], { shape, dtype: "float32", compute }) as T;
}

/** Where the largest value of a channel is, given where the pixels of the window begin. */
function firstMaximum(values: tf.TypedArray, pixels: readonly number[], channel: number): number {
  let place = pixels[0]! + channel, largest = values[place]!;
  for (let i = 1; i < pixels.length; i++) {
    const at = pixels[i]! + channel, value = values[at]!;
    if (value > largest) [place, largest] = [at, value];
  }
  return place;
}
