/** From bytes to the numbers that a network is fed, and back for pictures in a report. */

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

/** `(byte − mean) / std` of each channel, `[height, width, 3]`. */
export function normalize(rgb: Uint8Array): Float32Array {
  // 256 possible values in each channel: look them up.
  const tables = imagenetMean.map((mean, c) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte - mean) / (imagenetStd[c] as number))
  );
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  const out = new Float32Array(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    out[i] = red[rgb[i] as number] as number;
    out[i + 1] = green[rgb[i + 1] as number] as number;
    out[i + 2] = blue[rgb[i + 2] as number] as number;
  }
  return out;
}

/** `value · std + mean`, rounded to a byte: undoes `normalize`. */
export function denormalize(image: Float32Array): Uint8Array {
  const out = new Uint8ClampedArray(image.length);
  for (let i = 0; i < image.length; i++) {
    out[i] = (image[i] as number) * (imagenetStd[i % 3] as number) +
      (imagenetMean[i % 3] as number);
  }
  return new Uint8Array(out.buffer);
}
