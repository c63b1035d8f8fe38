import * as tf from "../tf.ts";
import { type Axis, type Geometry, placeOf } from "./geometry.ts";
import type { Volume } from "./volume.ts";

/**
 * The gradient of a max-pool in JavaScript, for a backend whose values are at hand: each output's
 * goes to the first of the largest values in its window.
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
  const values = x.dataSync<"float32">(), gradients = dy.dataSync<"float32">();
  const batch = x.shape[0], channels = x.shape.at(-1)!;
  const dx = new Float32Array(x.size);
  const size = tf.util.sizeFromShape(axes.map(({ input }) => input));
  const outputs = outputsOf(axes);
  let out = 0;
  for (let image = 0; image < batch; image++) {
    for (const output of outputs) {
      const window = valuesIn(output, axes).map((value) => (image * size + value) * channels);
      for (let channel = 0; channel < channels; channel++, out++) {
        if (window.length === 0) continue;
        dx[firstMaximum(values, window, channel)]! += gradients[out]!;
      }
    }
  }
  return tf.tensor(dx, x.shape) as T;
}

/** The places of all outputs, the last axis fastest. */
function outputsOf(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (places, { output }) =>
      places.flatMap((place) => Array.from({ length: output }, (_, i) => [...place, i])),
    [[]],
  );
}

/** The values in a window that are not padding, counted in their image. */
function valuesIn(output: readonly number[], axes: readonly Axis[]): number[] {
  return axes.reduce<number[]>((values, axis, i) => {
    const places = placesOf(output[i]!, axis);
    return values.flatMap((value) => places.map((place) => value * axis.input + place));
  }, [0]);
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
