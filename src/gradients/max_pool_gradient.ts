import * as tf from "../tf.ts";
import { hasValuesAtHand } from "./backend_traits.ts";
import { frame } from "./frame.ts";
import type { Geometry } from "./geometry.ts";
import { runKernelOr } from "./operation.ts";
import { routeToMaxima } from "./route_to_maxima.ts";

/** What no float32 is below. */
export const LOWEST_FLOAT32 = -3.4028234663852886e38;

/**
 * The gradient of a max-pool: each output's goes to the first of the largest values in its window.
 *
 * Kernel `weight-standardization/max-pool-gradient`: inputs `dy`, `x`, `y`, attribute `geometry`;
 * one output.
 *
 * @param dy the gradient with respect to `y`
 * @param x the input `[batch, height, width, channels]`
 * @param y the output `[batch, outHeight, outWidth, channels]`
 * @param geometry the windows
 * @returns the gradient with respect to `x`
 */
export function maxPoolGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  y: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  // This is not for speed alone: wasm's kernel loses the gradient of every window without a
  // positive value.
  const compose = () => [
    hasValuesAtHand() ? routeToMaxima(dy, x, geometry) : padded(dy, x, y, geometry),
  ];
  const name = "weight-standardization/max-pool-gradient";
  return runKernelOr(name, { dy, x, y }, { geometry }, compose)[0] as tf.Tensor4D;
}

/** By the backend's kernel, which need not know about padding. */
function padded(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  output: tf.Tensor4D,
  [height, width]: Geometry,
): tf.Tensor4D {
  const attributes = {
    filterSize: [height.taps, width.taps],
    strides: [height.stride, width.stride],
    pad: "valid",
  };
  const input = frame(
    x,
    [height.before, height.after],
    [width.before, width.after],
    LOWEST_FLOAT32,
  );
  const dx = tf.engine().runKernel("MaxPoolGrad", { dy, input, output }, attributes);
  return frame(dx as tf.Tensor4D, [-height.before, -height.after], [-width.before, -width.after]);
}
