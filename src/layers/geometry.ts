/**
 * Paddings, and the shapes of convolutions and pools before there is a tensor.
 *
 * @module
 */
import { check, isInteger } from "../check.ts";
import type * as tf from "../tf.ts";

/** A kernel's extent before a layer is built, or an activation's: `null` where it may vary. */
export type Shape = tf.Shape;

/**
 * What is added around an input, whatever its rank: `"valid"` is nothing, `"same"` keeps the extent
 * at stride 1, a number stands on every side, and a list says for each axis, batch and channels
 * included, what comes before and after.
 */
export type Padding = "valid" | "same" | number | readonly (readonly [number, number])[];

/** A window that moves: each field has one number an axis, `[vertical, horizontal]` on a map. */
export interface MovingWindow {
  /** The window's extent. */
  readonly kernelSize: readonly number[];
  /** How far it moves at a time. */
  readonly strides: readonly number[];
  /** The distance of its taps. */
  readonly dilationRate: readonly number[];
  /** What is added around the input. */
  readonly padding: Padding;
}

/**
 * The extent that a moving window leaves: `⌈length / stride⌉` for `"same"`, otherwise
 * `⌊(length + added − dilation · (size − 1) − 1) / stride⌋ + 1`.
 *
 * @param extent the input's, `[height, width]` of a map, `null` where it may vary
 * @param window the window
 * @returns the output's, `null` where it may vary
 */
export function outputExtent(extent: Shape, window: MovingWindow): Shape {
  return extent.map((length, axis) => {
    const stride = window.strides[axis] ?? 1;
    if (length === null) return null;
    if (window.padding === "same") return Math.ceil(length / stride);
    const reach = (window.dilationRate[axis] ?? 1) * ((window.kernelSize[axis] ?? 1) - 1) + 1;
    return Math.floor((length + addedLength(window.padding, axis) - reach) / stride) + 1;
  });
}

/** What a padding adds to an axis, the first one after the batch being 0. */
export function addedLength(padding: Exclude<Padding, "same">, axis: number): number {
  if (padding === "valid") return 0;
  if (typeof padding === "number") return 2 * padding;
  const [before, after] = padding[axis + 1] ?? [0, 0];
  return before + after;
}

const sides = ["[front, back]", "[top, bottom]", "[left, right]"];

/**
 * A layer's padding, checked when the layer is made.
 *
 * @param className the layer's class, for the message
 * @param padding what the layer was given
 * @param rank how many axes it pads
 * @returns `padding`
 * @throws {RangeError} if it is not `"valid"`, `"same"`, an integer >= 0 or a list of that rank
 */
export function checkedPadding<P extends Padding>(
  className: string,
  padding: P,
  rank: 1 | 2 | 3,
): P {
  const known = typeof padding === "string"
    ? padding === "valid" || padding === "same"
    : typeof padding === "number"
    ? isLength(padding)
    : isList(padding, rank);
  const list = `[[0, 0], ${sides.slice(-rank).join(", ")}, [0, 0]]`;
  const wanted = `"valid", "same", an integer >= 0 or ${list}`;
  const requirement = `make ${className} as padding must be ${wanted}`;
  check(known, RangeError, requirement, JSON.stringify(padding));
  return padding;
}

function isList(padding: readonly (readonly number[])[], rank: number): boolean {
  return Array.isArray(padding) && padding.length === rank + 2 &&
    padding.every((pair) => pair.length === 2 && pair.every(isLength)) &&
    [padding[0], padding[rank + 1]].every((pair) => pair?.every((length: number) => length === 0));
}

function isLength(value: number): boolean {
  return isInteger(value, 0);
}
