/**
 * A dilated convolution's gradient with respect to its kernel, tap by tap: each tap is a kernel of
 * 1 × 1 over the part of the map that it meets. Stride 1, as dilation requires.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import { type Axis, type Geometry, meetingOutputs, placeOf } from "../../../gradients/geometry.ts";
import type { Runner } from "./kernel.ts";
import { type Kind, nativeKernelGradient } from "./native_convolution.ts";
import { paddedSize } from "./residues.ts";

/** Where one tap of an axis meets the input. */
interface Meeting {
  readonly input: number;
  readonly output: number;
  readonly length: number;
}

function meetings(axis: Axis): Meeting[] {
  return Array.from({ length: axis.taps }, (_, tap) => {
    const { first, end } = meetingOutputs(axis, tap);
    return { input: placeOf(axis, first, tap), output: first, length: end - first };
  });
}

/**
 * Whether the taps read so much less than the padded map has that this is faster than an undilated
 * convolution over residues, which takes that map's memory twice: measured on two cores, both take
 * equally long where the taps read 0.8 of it. With a dilation of the map's size only the central tap
 * reads anything.
 */
export function areTapsCheaper(geometry: Geometry): boolean {
  const [height, width] = geometry;
  const read = (axis: Axis) => meetings(axis).reduce((sum, { length }) => sum + length, 0);
  return read(height) * read(width) <= 0.75 * paddedSize(height) * paddedSize(width);
}

/** The gradient with respect to the kernel. */
export function kernelGradientByTaps(
  runner: Runner,
  kind: Kind,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const channels = x.shape[3];
  const last = kind === "Conv2D" ? dy.shape[3] : dy.shape[3] / channels;
  const [rows, columns] = [meetings(geometry[0]), meetings(geometry[1])];
  const gradients = rows.flatMap((row) =>
    columns.map((column) =>
      row.length * column.length === 0
        ? tf.zeros([1, 1, channels, last])
        : ofTap(runner, kind, dy, x, row, column)
    )
  );
  return tf.reshape(tf.concat(gradients), [rows.length, columns.length, channels, last]);
}

function ofTap(
  runner: Runner,
  kind: Kind,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  row: Meeting,
  column: Meeting,
): tf.Tensor4D {
  const part = (map: tf.Tensor4D, side: "input" | "output"): tf.Tensor4D => {
    const size = [map.shape[0], row.length, column.length, map.shape[3]] as const;
    const isWhole = size.every((length, axis) => length === map.shape[axis]);
    return isWhole ? map : tf.slice(map, [0, row[side], column[side], 0], [...size]);
  };
  const axis = ({ length }: Meeting): Axis => ({
    input: length,
    output: length,
    taps: 1,
    stride: 1,
    dilation: 1,
    before: 0,
    after: 0,
  });
  const single: Geometry = [axis(row), axis(column)];
  return nativeKernelGradient(runner, kind, part(dy, "output"), part(x, "input"), single);
}
