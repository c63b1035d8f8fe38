import * as tf from "../tf.ts";
import { hasValuesAtHand } from "./backend_traits.ts";
import { frame } from "./frame.ts";
import { type Axis, type Geometry, placeOf } from "./geometry.ts";
import { runKernelOr } from "./operation.ts";

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
    hasValuesAtHand() ? routed(dy, x, geometry) : padded(dy, x, y, geometry),
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

/** In JavaScript, for a backend whose values are at hand. */
function routed(dy: tf.Tensor4D, x: tf.Tensor4D, [height, width]: Geometry): tf.Tensor4D {
  const values = x.dataSync<"float32">(), gradients = dy.dataSync<"float32">();
  const [batch, , , channels] = x.shape;
  const dx = new Float32Array(x.size);
  let out = 0;
  for (let image = 0; image < batch; image++) {
    const start = image * height.input * width.input;
    for (let row = 0; row < height.output; row++) {
      for (let column = 0; column < width.output; column++) {
        const pixels = pixelsOf(row, column, height, width);
        const window = pixels.map((pixel) => (start + pixel) * channels);
        for (let channel = 0; channel < channels; channel++, out++) {
          dx[firstMaximum(values, window, channel)]! += gradients[out]!;
        }
      }
    }
  }
  return tf.tensor4d(dx, x.shape);
}

/** The pixels in a window that are not padding, counted in their image. */
function pixelsOf(row: number, column: number, height: Axis, width: Axis): number[] {
  const rows = placesOf(row, height), columns = placesOf(column, width);
  return rows.flatMap((y) => columns.map((x) => y * width.input + x));
}

function placesOf(output: number, axis: Axis): number[] {
  return Array.from({ length: axis.taps }, (_, tap) => placeOf(axis, output, tap))
    .filter((place) => place >= 0 && place < axis.input);
}

/** Where the largest value of a channel is, given where the pixels of the window begin. */
function firstMaximum(values: Float32Array, window: number[], channel: number): number {
  let place = window[0]! + channel, largest = values[place]!;
  for (let i = 1; i < window.length; i++) {
    const at = window[i]! + channel, value = values[at]!;
    if (value > largest) [place, largest] = [at, value];
  }
  return place;
}
