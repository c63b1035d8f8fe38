/** Sliding windows of every kind, and what they compute by float64 loops, independently of `src`. */
import fc from "fast-check";
import { type Axis, type Geometry, toAxis } from "../../src/gradients/geometry.ts";
import * as tf from "../../src/tf.ts";

/** Values in `[-1, 1)`, the same in every run. */
export function noise(shape: number[], seed: number): tf.Tensor4D {
  return tf.randomUniform<tf.Rank>(shape, -1, 1, "float32", seed) as tf.Tensor4D;
}

/**
 * Axes of windows that exist: strided, dilated, both, padded in any way that `mostPadding` allows.
 */
export function axes(mostPadding: (taps: number) => number): fc.Arbitrary<Axis> {
  return fc.record({
    input: fc.integer({ min: 1, max: 11 }),
    taps: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    padding: fc.tuple(fc.nat(5), fc.nat(5)),
  }).map(({ padding, ...window }) => {
    const most = mostPadding(window.taps);
    return toAxis(window, [Math.min(padding[0], most), Math.min(padding[1], most)]);
  }).filter(({ output }) => output >= 1);
}

/** One product of a convolution: where the values lie that it is made of, in their tensors. */
type Visit = (x: number, kernel: number, y: number) => void;

/** Visits every product of a dense convolution, `kernel` being `[…taps, inChannels, outChannels]`. */
export function eachProduct(
  batch: number,
  [height, width]: Geometry,
  [inChannels, outChannels]: readonly [number, number],
  visit: Visit,
): void {
  eachTap(batch, [height, width], (input, tap, output) => {
    for (let i = 0; i < inChannels; i++) {
      for (let o = 0; o < outChannels; o++) {
        const kernel = (tap * inChannels + i) * outChannels + o;
        visit(input * inChannels + i, kernel, output * outChannels + o);
      }
    }
  });
}

/** Visits every product of a depthwise one, `kernel` being `[…taps, channels, multiplier]`. */
export function eachDepthwiseProduct(
  batch: number,
  geometry: Geometry,
  [channels, multiplier]: readonly [number, number],
  visit: Visit,
): void {
  const outChannels = channels * multiplier;
  eachTap(batch, geometry, (input, tap, output) => {
    for (let o = 0; o < outChannels; o++) {
      const x = input * channels + Math.floor(o / multiplier);
      visit(x, tap * outChannels + o, output * outChannels + o);
    }
  });
}

/** Visits the pixels that each tap of each output reads, padding left out. */
function eachTap(
  batch: number,
  [height, width]: Geometry,
  visit: (input: number, tap: number, output: number) => void,
): void {
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < height.output; row++) {
      for (let column = 0; column < width.output; column++) {
        for (let tap = 0; tap < height.taps * width.taps; tap++) {
          const i = Math.floor(tap / width.taps), j = tap % width.taps;
          const y = row * height.stride + i * height.dilation - height.before;
          const x = column * width.stride + j * width.dilation - width.before;
          if (y < 0 || y >= height.input || x < 0 || x >= width.input) continue;
          const output = (image * height.output + row) * width.output + column;
          visit((image * height.input + y) * width.input + x, tap, output);
        }
      }
    }
  }
}

/** The sums that products add up to, in float64. */
export function sumsOf(
  size: number,
  each: (add: (at: number, product: number) => void) => void,
): Float64Array {
  const sums = new Float64Array(size);
  each((at, product) => void (sums[at]! += product));
  return sums;
}
