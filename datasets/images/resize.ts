/**
 * Image resizing as in Pillow, bit for bit: what the published recipe was trained and scored with.
 *
 * @module
 */
import type { RgbImage, Window } from "../../src/pictures/picture.ts";
import { planResize, runResize } from "../../src/pictures/resize_filter.ts";

function checkSize(name: string, width: number, height: number): void {
  for (const size of [width, height]) {
    if (Number.isInteger(size) && size > 0) continue;
    throw new RangeError(
      `Cannot ${name} as width and height must be integers > 0: current value is ${width}×${height}`,
    );
  }
}

/**
 * Resizes an RGB picture with an antialiased triangle filter, equal to
 * `PIL.Image.resize(size, BILINEAR)` on every byte.
 *
 * @example
 * ```ts
 * import { resizeBilinear } from "./resize.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const blackAndWhite = { width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 255, 255, 255) };
 * deepEqual(resizeBilinear(blackAndWhite, 1, 1).data, Uint8Array.of(128, 128, 128));
 * ```
 *
 * @param image the picture
 * @param width the result's width, in pixels
 * @param height the result's height, in pixels
 * @param window the part of the result to compute (default: all of it)
 * @returns that part
 * @throws {RangeError} if a size is not a positive integer, or the window exceeds the result
 */
export function resizeBilinear(
  image: RgbImage,
  width: number,
  height: number,
  window: Window = { x: 0, y: 0, width, height },
): RgbImage {
  checkSize("resizeBilinear", width, height);
  checkSize("resizeBilinear", window.width, window.height);
  const { x, y } = window;
  if (x < 0 || y < 0 || x + window.width > width || y + window.height > height) {
    throw new RangeError(
      `Cannot resizeBilinear as the window must lie inside ${width}×${height}: current value is ` +
        `${window.width}×${window.height} at ${x}, ${y}`,
    );
  }
  const plan = planResize(image, { width, height }, window);
  const data = runResize(plan, { x: 0, y: 0, ...image }).slice();
  return { width: window.width, height: window.height, data };
}

/**
 * Source index of each output pixel's center. Pillow accumulates the scale, rounding errors
 * included.
 */
function nearestIndices(from: number, to: number): Int32Array {
  const scale = from / to;
  const indices = new Int32Array(to);
  let at = scale * 0.5;
  for (let i = 0; i < to; i++, at += scale) indices[i] = Math.min(Math.trunc(at), from - 1);
  return indices;
}

/**
 * Resizes labels by taking the nearest pixel, equal to `PIL.Image.resize(size, NEAREST)`.
 *
 * @param labels `[fromHeight, fromWidth]`
 * @param fromWidth their width
 * @param fromHeight their height
 * @param width the result's width
 * @param height the result's height
 * @returns `[height, width]`
 * @throws {RangeError} if a size is not a positive integer
 */
export function resizeNearest(
  labels: Int16Array,
  fromWidth: number,
  fromHeight: number,
  width: number,
  height: number,
): Int16Array {
  checkSize("resizeNearest", width, height);
  const columns = nearestIndices(fromWidth, width);
  const rows = nearestIndices(fromHeight, height);
  const out = new Int16Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = (rows[y] as number) * fromWidth;
    for (let x = 0; x < width; x++, to++) out[to] = labels[row + (columns[x] as number)] as number;
  }
  return out;
}
