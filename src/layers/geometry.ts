/**
 * Paddings, and the shapes of convolutions and pools before there is a tensor.
 *
 * @module
 */
import type { Padding2D } from "../gradients/arguments.ts";
import type { Shape } from "./stock.ts";

/** A window that moves over height and width: each field `[vertical, horizontal]`. */
export interface MovingWindow {
  /** The window's extent. */
  readonly kernelSize: readonly number[];
  /** How far it moves at a time. */
  readonly strides: readonly number[];
  /** The distance of its taps. */
  readonly dilationRate: readonly number[];
  /** What is added around the input. */
  readonly padding: Padding2D;
}

/**
 * The extent that a moving window leaves: `⌈length / stride⌉` for `"same"`, otherwise
 * `⌊(length + added − dilation · (size − 1) − 1) / stride⌋ + 1`.
 *
 * @param extent `[height, width]`, `null` where it may vary
 * @param window the window
 * @returns `[height, width]`, `null` where it may vary
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

/** What a padding adds to the height (axis 0) or the width (axis 1). */
function addedLength(padding: Exclude<Padding2D, "same">, axis: number): number {
  if (padding === "valid") return 0;
  if (typeof padding === "number") return 2 * padding;
  const [before, after] = padding[axis === 0 ? 1 : 2];
  return before + after;
}

/**
 * A layer's padding, checked when the layer is made.
 *
 * @param className the layer's class, for the message
 * @param padding what the layer was given
 * @returns `padding`
 * @throws {RangeError} if it is none of those that {@linkcode Padding2D} lists
 */
export function checkedPadding(className: string, padding: Padding2D): Padding2D {
  const known = typeof padding === "string"
    ? padding === "valid" || padding === "same"
    : typeof padding === "number"
    ? isLength(padding)
    : Array.isArray(padding) && padding.length === 4 &&
      padding.every((pair) => pair.length === 2 && pair.every(isLength)) &&
      [...padding[0], ...padding[3]].every((length) => length === 0);
  if (known) return padding;
  throw new RangeError(
    `Cannot make ${className} as padding must be "valid", "same", an integer >= 0 or ` +
      `[[0, 0], [top, bottom], [left, right], [0, 0]]: current value is ${JSON.stringify(padding)}`,
  );
}

function isLength(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
