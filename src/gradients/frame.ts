/**
 * Borders around the height and the width of a map, zeros between its pixels, and their undoing.
 */
import * as tf from "../tf.ts";
import type { Padding2D } from "./arguments.ts";
import { padsExplicitly } from "./backend_traits.ts";

/** Zeros to put before and after an axis; what is negative is cut off instead. */
export type Border = readonly [before: number, after: number];

/**
 * Puts a border around height and width, or cuts one off where it is negative.
 *
 * @param x `[batch, height, width, channels]`
 * @param height border above and below
 * @param width border to the left and to the right
 * @param value what the border is filled with
 */
export function frame(x: tf.Tensor4D, height: Border, width: Border, value = 0): tf.Tensor4D {
  const cut = crop(x, height, width);
  const [top, bottom, left, right] = positive(height, width);
  if (top + bottom + left + right === 0) return cut;
  return tf.pad(cut, [[0, 0], [top, bottom], [left, right], [0, 0]], value);
}

/** Cuts off the negative parts of a border, and leaves out the rest of it. */
export function crop(x: tf.Tensor4D, height: Border, width: Border): tf.Tensor4D {
  const [top, bottom, left, right] = positive(
    [-height[0], -height[1]],
    [-width[0], -width[1]],
  );
  if (top + bottom + left + right === 0) return x;
  const [batch, rows, columns, channels] = x.shape;
  const size: [number, number, number, number] = [
    batch,
    rows - top - bottom,
    columns - left - right,
    channels,
  ];
  return tf.slice(x, [0, top, left, 0], size);
}

function positive(height: Border, width: Border): [number, number, number, number] {
  const part = (value: number) => Math.max(value, 0);
  return [part(height[0]), part(height[1]), part(width[0]), part(width[1])];
}

/**
 * Runs an op with a border: as the op's own padding where the backend's kernels take it, else
 * around the map itself.
 *
 * @param op the op, given the map and its padding
 */
export function withBorder(
  x: tf.Tensor4D,
  height: Border,
  width: Border,
  value: number,
  op: (x: tf.Tensor4D, pad: Exclude<Padding2D, number>) => tf.Tensor4D,
): tf.Tensor4D {
  const [top, bottom, left, right] = positive(height, width);
  const isNone = top + bottom + left + right === 0;
  if (isNone || !padsExplicitly()) {
    return op(frame(x, height, width, value), "valid");
  }
  return op(crop(x, height, width), [[0, 0], [top, bottom], [left, right], [0, 0]]);
}

/**
 * Puts `strides - 1` zeros after every row and every column.
 *
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, height * strides[0], width * strides[1], channels]`
 */
export function spread(x: tf.Tensor4D, strides: readonly [number, number]): tf.Tensor4D {
  const [vertical, horizontal] = strides;
  if (vertical === 1 && horizontal === 1) return x;
  const [batch, height, width, channels] = x.shape;
  // A row of the padded map: `vertical` rows of `width` groups of `horizontal * channels` values.
  const rows = tf.reshape(x, [batch * height, 1, width, channels]);
  const zeros = tf.pad(rows, [
    [0, 0],
    [0, vertical - 1],
    [0, 0],
    [0, (horizontal - 1) * channels],
  ]);
  return tf.reshape(zeros, [batch, height * vertical, width * horizontal, channels]);
}

/**
 * Keeps every `strides`-th row and column, from the first on.
 *
 * @param x `[batch, height, width, channels]`
 */
export function subsample(x: tf.Tensor4D, strides: readonly [number, number]): tf.Tensor4D {
  if (strides[0] === 1 && strides[1] === 1) return x;
  return tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, ...strides, 1]) as tf.Tensor4D;
}
