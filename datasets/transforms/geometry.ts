/**
 * Moves pixels, of pictures (3 channels) and labels (1) alike.
 *
 * @module
 */

/**
 * Mirrors left to right.
 *
 * @param pixels `[height, width, channels]`
 * @param width their width
 * @param channels numbers a pixel
 * @returns new pixels of that shape
 */
export function flipColumns<T extends Uint8Array | Int16Array>(
  pixels: T,
  width: number,
  channels: number,
): T {
  const out = pixels.slice() as T;
  const rowLength = width * channels;
  for (let row = 0; row < pixels.length; row += rowLength) {
    for (let x = 0; x < width; x++) {
      const from = row + (width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) out[row + x * channels + c] = pixels[from + c] as number;
    }
  }
  return out;
}

/**
 * Centers the square `[side, side, channels]` in `[size, size, channels]`; an odd pixel of padding
 * goes to the right and the bottom.
 *
 * @param pixels the square
 * @param side its side, in pixels
 * @param size the result's side, in pixels
 * @param fill the padding's value for each channel
 * @returns the padded square; `pixels` itself if `side >= size`
 */
export function pad<T extends Uint8Array | Int16Array>(
  pixels: T,
  side: number,
  size: number,
  fill: readonly number[],
): T {
  if (side >= size) return pixels;
  const channels = fill.length;
  const before = Math.floor((size - side) / 2);
  // The same kind of array as `pixels`, which TypeScript cannot express for a constructor.
  const out = new (pixels.constructor as new (length: number) => T)(size * size * channels);
  for (let i = 0; i < out.length; i++) out[i] = fill[i % channels] as number;
  const rowLength = side * channels;
  for (let y = 0; y < side; y++) {
    const row = pixels.subarray(y * rowLength, (y + 1) * rowLength);
    out.set(row, ((before + y) * size + before) * channels);
  }
  return out;
}
