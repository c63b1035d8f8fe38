import { check } from "../check.ts";

/**
 * Types of numbers in a safetensors file. Typed arrays read them: their bytes are little-endian on
 * every machine that runs TensorFlow.js, as they are in the file.
 *
 * @module
 */

/** Bits of one number, by type, in the format's own order: writers put the later ones first. */
const bits: ReadonlyMap<string, number> = new Map([
  ["BOOL", 8],
  ["F4", 4],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["U8", 8],
  ["I8", 8],
  ["F8_E5M2", 8],
  ["F8_E4M3", 8],
  ["F8_E8M0", 8],
  ["F8_E4M3FNUZ", 8],
  ["F8_E5M2FNUZ", 8],
  ["I16", 16],
  ["U16", 16],
  ["F16", 16],
  ["BF16", 16],
  ["I32", 32],
  ["U32", 32],
  ["F32", 32],
  ["C64", 64],
  ["F64", 64],
  ["I64", 64],
  ["U64", 64],
]);

const decoders: ReadonlyMap<string, (buffer: ArrayBuffer) => Float32Array<ArrayBuffer>> = new Map([
  ["F32", (buffer) => new Float32Array(buffer)],
  ["F64", (buffer) => new Float32Array(new Float64Array(buffer))],
  ["F16", decodeHalf],
  ["BF16", decodeBrain],
  ["I64", (buffer) => Float32Array.from(new BigInt64Array(buffer), Number)],
]);

/** Every type that the format knows. */
export const dtypes: readonly string[] = [...bits.keys()];

/** The types that {@linkcode decodeFloat32} reads. */
export const decodableDtypes: readonly string[] = [...decoders.keys()];

/**
 * How many bytes a tensor takes in a file.
 *
 * @param dtype one of {@linkcode dtypes}
 * @param shape the tensor's
 * @returns the number of bytes; a fraction, or `NaN`, where there can be no such tensor
 */
export function byteLengthOf(dtype: string, shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, bits.get(dtype) ?? NaN) / 8;
}

/**
 * A tensor's numbers, the nearest in float32 to each.
 *
 * @param dtype one of {@linkcode decodableDtypes}
 * @param bytes the tensor's, row-major
 * @returns the tensor's values, a copy
 * @throws {TypeError} if numbers of that type are not read
 */
export function decodeFloat32(dtype: string, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const decode = decoders.get(dtype);
  const requirement = `decodeFloat32 as dtype must be one of ${decodableDtypes.join(", ")}`;
  check(decode !== undefined, TypeError, requirement, dtype);
  // A copy begins at a multiple of 8 bytes, which the file's bytes need not.
  return decode(new Uint8Array(bytes).buffer);
}

/** IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction. */
function decodeHalf(buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  const halves = new Uint16Array(buffer);
  const values = new Float32Array(halves.length);
  const words = new Uint32Array(values.buffer);
  for (let index = 0; index < halves.length; index++) {
    const half = halves[index]!;
    // Exponent and fraction in float32's places are off by the difference of the exponents' biases,
    // 127 − 15; multiplied, subnormal numbers come right too.
    words[index] = (half & 0x7fff) << 13;
    const isFinite = (half & 0x7c00) !== 0x7c00;
    const magnitude = isFinite ? values[index]! * 2 ** 112 : (half & 0x3ff) === 0 ? Infinity : NaN;
    values[index] = (half & 0x8000) === 0 ? magnitude : -magnitude;
  }
  return values;
}

/** bfloat16: the upper half of a float32. */
function decodeBrain(buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(new Uint16Array(buffer));
  return new Float32Array(words.map((upper) => upper << 16).buffer);
}
