/** Moving pixels about, for pictures (3 channels) and labels (1) alike. */

/** Mirrors `[height, width, channels]` left to right. */
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
 * Puts the square `[side, side, channels]` in the middle of `[size, size, channels]`, with `fill` around it (a value a
 * channel); an odd pixel of padding goes to the right and the bottom.
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
  // The same kind of array as came in, which TypeScript cannot say of a constructor.
  const out = new (pixels.constructor as new (length: number) => T)(size * size * channels);
  for (let i = 0; i < out.length; i++) out[i] = fill[i % channels] as number;
  const rowLength = side * channels;
  for (let y = 0; y < side; y++) {
    const row = pixels.subarray(y * rowLength, (y + 1) * rowLength);
    out.set(row, ((before + y) * size + before) * channels);
  }
  return out;
}
