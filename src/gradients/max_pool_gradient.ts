import * as tf from "../tf.ts";
import { hasValuesAtHand } from "./backend_traits.ts";
import { frame, subsample } from "./frame.ts";
import type { Axis, Geometry } from "./geometry.ts";
import { defineOperation } from "./operation.ts";
import { routeToMaxima } from "./route_to_maxima.ts";

/** What no float32 is below. */
export const LOWEST_FLOAT32 = -3.4028234663852886e38;

const run = defineOperation<"dy" | "x" | "y", { geometry: Geometry }>({
  name: "weight-standardization/max-pool-gradient",
  forward(inputs, { geometry }) {
    const { dy, x, y } = inputs as Record<"dy" | "x" | "y", tf.Tensor4D>;
    // This is not for speed alone: wasm's kernel loses the gradient of every window without a
    // positive value.
    return [hasValuesAtHand() ? routeToMaxima(dy, x, geometry) : padded(dy, x, y, geometry)];
  },
  inputsToSave: ["x", "y"],
  outputsToSave: [false],
  gradient: (upstream, saved, { geometry }) => {
    const [x, y] = saved as [tf.Tensor4D, tf.Tensor4D];
    return {
      dy: () => takeFromMaxima(upstream as tf.Tensor4D, x, geometry),
      x: () => tf.zerosLike(x),
      y: () => tf.zerosLike(y),
    };
  },
});

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
  return run({ dy, x, y }, { geometry })[0] as tf.Tensor4D;
}

/**
 * What a map has where the maxima are that each output's gradient goes to: tap by tap, so that it can
 * be differentiated on every backend. It is the gradient of the gradient, which is linear in `dy`.
 */
function takeFromMaxima(map: tf.Tensor4D, x: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const [rows, columns] = geometry;
  const values = eachTap(x, geometry, LOWEST_FLOAT32), candidates = eachTap(map, geometry, 0);
  const size = [x.shape[0], rows.output, columns.output, x.shape[3]];
  let largest: tf.Tensor = tf.fill(size, -Infinity), taken: tf.Tensor = tf.zeros(size);
  for (const [tap, value] of values.entries()) {
    const isLarger = tf.greater(value, largest);
    largest = tf.where(isLarger, value, largest);
    taken = tf.where(isLarger, candidates[tap]!, taken);
  }
  return taken as tf.Tensor4D;
}

/** For each tap, what the outputs read with it. */
function eachTap(x: tf.Tensor4D, [height, width]: Geometry, border: number): tf.Tensor4D[] {
  const framed = frame(x, [height.before, height.after], [width.before, width.after], border);
  const reach = (axis: Axis) => (axis.output - 1) * axis.stride + 1;
  const [batch, , , channels] = x.shape;
  const taps = (axis: Axis) => Array.from({ length: axis.taps }, (_, i) => i * axis.dilation);
  return taps(height).flatMap((top) =>
    taps(width).map((left) =>
      subsample(
        tf.slice(framed, [0, top, left, 0], [batch, reach(height), reach(width), channels]),
        [height.stride, width.stride],
      )
    )
  );
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
