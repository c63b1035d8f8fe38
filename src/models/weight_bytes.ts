/**
 * Weights as the bytes of a file.
 *
 * @module
 */

/** Bytes of one number, by type. */
const widths: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  complex64: 8,
};

/**
 * How many bytes a number of a type takes.
 *
 * @param dtype `"float32"`
 * @returns `undefined` for strings, which have lengths of their own
 */
export function byteWidth(dtype: string): number | undefined {
  return widths[dtype];
}

/**
 * Parts of a file, one after the other.
 *
 * @param parts the parts
 * @returns the whole
 */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
