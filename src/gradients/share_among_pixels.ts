import { computeValues } from "../kernels/compute_values.ts";
import * as tf from "../tf.ts";
import { eachWindow } from "./each_window.ts";
import type { Geometry } from "./geometry.ts";
import type { Volume } from "./volume.ts";

/**
 * The gradient of an average pool in JavaScript, for a backend whose values can be read at once:
 * each output's goes in equal parts to the pixels in its window.
 *
 * @param dy the gradient with respect to the output
 * @param shape the input's, `[batch, …, channels]`
 * @param axes the windows, along two axes or three
 * @returns the gradient with respect to the input
 */
export function shareAmongPixels(
  dy: tf.Tensor,
  shape: number[],
  axes: Geometry | Volume,
): tf.Tensor {
  const channels = shape.at(-1)!;
  const compute = (gradients: tf.TypedArray) => {
    const dx = new Float32Array(tf.util.sizeFromShape(shape));
    eachWindow(shape[0]!, channels, axes, (pixels, output) => {
      const share = 1 / pixels.length;
      for (const pixel of pixels) {
        for (let channel = 0; channel < channels; channel++) {
          dx[pixel + channel]! += gradients[output + channel]! * share;
        }
      }
    });
    return dx;
  };
  return computeValues([dy], { shape, dtype: "float32", compute });
}
