/**
 * From bytes to the numbers that a network is fed, and back for the pictures in a report.
 *
 * @module
 */

/** ImageNet's mean of red, green and blue, in bytes' units. */
export const imagenetMean: readonly [number, number, number] = [
  0.485 * 255,
  0.456 * 255,
  0.406 * 255,
];

/** ImageNet's standard deviation of red, green and blue, in bytes' units. */
export const imagenetStd: readonly [number, number, number] = [
  0.229 * 255,
  0.224 * 255,
  0.225 * 255,
];

/** `(byte − mean) / std` for the 256 possible values of red, green and blue. */
const tables = imagenetMean.map((mean, c) =>
  Float32Array.from({ length: 256 }, (_, byte) => (byte - mean) / (imagenetStd[c] as number))
) as [Float32Array, Float32Array, Float32Array];

/**
 * `(byte − mean) / std` of each channel.
 *
 * @param rgb `[height, width, 3]`
 * @returns numbers of that shape
 */
export function normalize(rgb: Uint8Array): Float32Array {
  const out = new Float32Array(rgb.length);
  normalizeInto(out, rgb, rgb.length / 3, false);
  return out;
}

/**
 * Writes `(byte − mean) / std` of a picture to the beginning of `out`.
 *
 * @param out where the numbers go
 * @param rgb `[height, width, 3]`
 * @param width the picture's width, in pixels
 * @param flip whether to mirror it left to right
 */
export function normalizeInto(
  out: Float32Array,
  rgb: Uint8Array,
  width: number,
  flip: boolean,
): void {
  const [red, green, blue] = tables;
  const [rowLength, step] = [3 * width, flip ? -3 : 3];
  for (let row = 0; row < rgb.length; row += rowLength) {
    let from = flip ? row + rowLength - 3 : row;
    for (let to = row; to < row + rowLength; to += 3, from += step) {
      out[to] = red[rgb[from] as number] as number;
      out[to + 1] = green[rgb[from + 1] as number] as number;
      out[to + 2] = blue[rgb[from + 2] as number] as number;
    }
  }
}

/**
 * `value · std + mean`, rounded to a byte: the inverse of {@linkcode normalize}.
 *
 * @param image `[height, width, 3]`
 * @returns bytes of that shape
 */
export function denormalize(image: Float32Array): Uint8Array {
  const out = new Uint8ClampedArray(image.length);
  for (let i = 0; i < image.length; i++) {
    out[i] = (image[i] as number) * (imagenetStd[i % 3] as number) +
      (imagenetMean[i % 3] as number);
  }
  return new Uint8Array(out.buffer);
}
