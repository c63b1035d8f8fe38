/** Image resizing as Pillow does it, bit for bit: what the published recipe was trained and scored with. */
import type { RgbImage } from "./limits.ts";

/** A rectangle of pixels in the resized picture. */
export interface Window {
  /** Leftmost column. */
  x: number;
  /** Topmost row. */
  y: number;
  /** Columns. */
  width: number;
  /** Rows. */
  height: number;
}

/** For each output pixel along one axis: where its taps begin, how many, and their fixed-point weights. */
interface Taps {
  starts: Int32Array;
  counts: Int32Array;
  weights: Int32Array;
  stride: number;
}

/** Fixed-point digits: 32 bits less 8 for the value and 2 for the sum's sign and overshoot. */
const precisionBits = 22;
const half = 1 << (precisionBits - 1);

/**
 * The triangle filter `max(0, 1 − |x|)`, stretched by `from / to` when shrinking so that it covers every input pixel
 * (antialiasing), normalized over the taps inside the picture.
 */
function triangleTaps(from: number, to: number, start: number, count: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const taps: Taps = {
    starts: new Int32Array(count),
    counts: new Int32Array(count),
    weights: new Int32Array(count * stride),
    stride,
  };
  const raw = new Float64Array(stride);
  // Pillow multiplies by inverses where one would divide; a last bit of difference can move a byte.
  for (let i = 0; i < count; i++) {
    const center = (start + i + 0.5) * scale;
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const taken = Math.min(Math.trunc(center + support + 0.5), from) - first;
    let sum = 0;
    for (let k = 0; k < taken; k++) {
      const weight = Math.max(0, 1 - Math.abs((first + k - center + 0.5) * (1 / support)));
      raw[k] = weight;
      sum += weight;
    }
    for (let k = 0; k < taken; k++) {
      const share = (raw[k] as number) * (1 / sum);
      taps.weights[i * stride + k] = Math.trunc(share * (1 << precisionBits) + 0.5);
    }
    taps.starts[i] = first;
    taps.counts[i] = taken;
  }
  return taps;
}

/** Filters rows `[rows, width, 3]` along their width; the result is rounded to 8 bits, as Pillow's first pass is. */
function filterRows(source: Uint8Array, width: number, rows: number, taps: Taps): Uint8Array {
  const { starts, counts, weights, stride } = taps;
  const columns = starts.length;
  const out = new Uint8Array(rows * columns * 3);
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, to += 3) {
      let from = (y * width + (starts[x] as number)) * 3;
      const first = x * stride;
      const end = first + (counts[x] as number);
      let red = half, green = half, blue = half;
      for (let k = first; k < end; k++, from += 3) {
        const weight = weights[k] as number;
        red = red + weight * (source[from] as number) | 0;
        green = green + weight * (source[from + 1] as number) | 0;
        blue = blue + weight * (source[from + 2] as number) | 0;
      }
      out[to] = red >> precisionBits;
      out[to + 1] = green >> precisionBits;
      out[to + 2] = blue >> precisionBits;
    }
  }
  return out;
}

/** Filters rows of `rowLength` bytes along the height, row `y` of `source` being row `firstRow + y` of the picture. */
function filterColumns(
  source: Uint8Array,
  rowLength: number,
  firstRow: number,
  taps: Taps,
): Uint8Array {
  const { starts, counts, weights, stride } = taps;
  const rows = starts.length;
  const out = new Uint8Array(rows * rowLength);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < rows; y++) {
    sums.fill(half);
    for (let k = 0; k < (counts[y] as number); k++) {
      const weight = weights[y * stride + k] as number;
      const from = ((starts[y] as number) + k - firstRow) * rowLength;
      for (let i = 0; i < rowLength; i++) {
        sums[i] = (sums[i] as number) + weight * (source[from + i] as number) | 0;
      }
    }
    for (let i = 0; i < rowLength; i++) {
      out[y * rowLength + i] = (sums[i] as number) >> precisionBits;
    }
  }
  return out;
}

function checkSize(name: string, width: number, height: number): void {
  for (const size of [width, height]) {
    if (Number.isInteger(size) && size > 0) continue;
    throw new RangeError(
      `Cannot ${name} as width and height must be integers > 0: current value is ${width}×${height}`,
    );
  }
}

/**
 * Resizes an RGB picture with an antialiased triangle filter, equal to `PIL.Image.resize(size, BILINEAR)` on every
 * byte; with `window`, computes that part of the result alone.
 *
 * Throws `RangeError` where a size is no positive integer, or the window leaves the result.
 *
 * ```ts
 * import { resizeBilinear } from "./resize.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const blackAndWhite = { width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 255, 255, 255) };
 * deepEqual(resizeBilinear(blackAndWhite, 1, 1).data, Uint8Array.of(128, 128, 128));
 * ```
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
  const vertical = triangleTaps(image.height, height, y, window.height);
  const last = window.height - 1;
  const firstRow = vertical.starts[0] as number;
  const endRow = (vertical.starts[last] as number) + (vertical.counts[last] as number);
  const rows = image.data.subarray(firstRow * image.width * 3, endRow * image.width * 3);
  const horizontal = triangleTaps(image.width, width, x, window.width);
  const filtered = filterRows(rows, image.width, endRow - firstRow, horizontal);
  const data = filterColumns(filtered, 3 * window.width, firstRow, vertical);
  return { width: window.width, height: window.height, data };
}

/** Source index of each output pixel's centre. Pillow adds the scale up step by step, so its rounding does too. */
function nearestIndices(from: number, to: number): Int32Array {
  const scale = from / to;
  const indices = new Int32Array(to);
  let at = scale * 0.5;
  for (let i = 0; i < to; i++, at += scale) indices[i] = Math.min(Math.trunc(at), from - 1);
  return indices;
}

/**
 * Resizes labels `[height, width]` by taking the nearest pixel, equal to `PIL.Image.resize(size, NEAREST)`.
 *
 * Throws `RangeError` where a size is no positive integer.
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
