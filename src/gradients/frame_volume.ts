/** Borders around the depth, the height and the width of a volume, and their undoing. */
import * as tf from "../tf.ts";
import { frame } from "./frame.ts";
import type { Axis } from "./geometry.ts";
import type { Volume } from "./volume.ts";

/** The border after an axis; what no window reads is left standing. */
function afterOf({ after }: Axis): number {
  return Math.max(after, 0);
}

function framedLength(axis: Axis): number {
  return axis.before + axis.input + afterOf(axis);
}

/**
 * The shape of a map or volume with its border.
 *
 * @param x `[batch, …, channels]`
 * @param axes its geometry
 */
export function framedShape(
  x: readonly number[],
  axes: readonly Axis[],
): number[] {
  return [x[0]!, ...axes.map(framedLength), x.at(-1)!];
}

/**
 * Puts the border around a volume. In two steps, neither of rank 5: webgl has no kernel that pads
 * that, and webgpu's is broken.
 *
 * @param x `[batch, depth, height, width, channels]`
 * @param volume its geometry
 * @param value what the border is filled with
 */
export function frameVolume(x: tf.Tensor5D, volume: Volume, value = 0): tf.Tensor5D {
  if (!hasBorder(volume)) return x;
  const [batch, , , , channels] = x.shape, [depth, height, width] = volume;
  const size = height.input * width.input * channels;
  const borders: [number, number][] = [[0, 0], [depth.before, afterOf(depth)], [0, 0]];
  const frames = tf.pad(tf.reshape(x, [batch, depth.input, size]), borders, value);
  const count = batch * framedLength(depth);
  const images: tf.Tensor4D = tf.reshape(frames, [count, height.input, width.input, channels]);
  const [rows, columns] = [height, width].map((axis) => [axis.before, afterOf(axis)] as const);
  const framed = frame(images, rows!, columns!, value);
  return tf.reshape<tf.Rank>(framed, framedShape(x.shape, volume)) as tf.Tensor5D;
}

/** Whether any axis has a border. */
export function hasBorder(axes: readonly Axis[]): boolean {
  return axes.some((axis) => framedLength(axis) !== axis.input);
}

/** Cuts the border of a map or volume off again. */
export function cutBorder<T extends tf.Tensor4D | tf.Tensor5D>(
  framed: T,
  axes: readonly Axis[],
): T {
  if (!hasBorder(axes)) return framed;
  const begin = [0, ...axes.map(({ before }) => before), 0];
  const size = [framed.shape[0], ...axes.map(({ input }) => input), -1];
  return tf.slice(framed as tf.Tensor, begin, size) as T;
}
