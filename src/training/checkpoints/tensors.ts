/**
 * Tensors in a checkpoint's file and out of it, bit for bit.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import type { SafetensorsTensor } from "../../models/safetensors.ts";

type Values = Float32Array | Int32Array | Uint8Array;

/** The data types of weights: the file's names for them, and what reads their bytes. */
const types: Readonly<Record<string, [code: string, Decoder: new (bytes: ArrayBuffer) => Values]>> =
  { float32: ["F32", Float32Array], int32: ["I32", Int32Array], bool: ["BOOL", Uint8Array] };

/**
 * A tensor's values for the file.
 *
 * @param tensor the tensor
 * @returns its bytes, and whether all numbers are finite
 */
export async function encodeTensor(
  tensor: tf.Tensor,
): Promise<{ entry: SafetensorsTensor; finite: boolean }> {
  const values = await tensor.data() as Values;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const [dtype] = typeOf(tensor);
  return { entry: { dtype, shape: tensor.shape, bytes }, finite: areFinite(values) };
}

/**
 * A tensor of the file.
 *
 * @param entry its bytes
 * @param dtype its type; that of the entry, see {@linkcode describe}
 * @returns a new tensor
 */
export function decodeTensor({ shape, bytes }: SafetensorsTensor, dtype: tf.DataType): tf.Tensor {
  const [, Decoder] = typeOf({ dtype });
  // A copy: the file's bytes need not be aligned, and are the caller's.
  return tf.tensor(new Decoder(new Uint8Array(bytes).buffer), [...shape], dtype);
}

/**
 * Describes an entry of the file, or a tensor's form, to compare the two.
 *
 * @param value either, if there is one
 * @returns type and shape, as the file has them
 */
export function describe(
  value: SafetensorsTensor | Pick<tf.Tensor, "dtype" | "shape"> | undefined,
): string {
  if (value === undefined) return "missing";
  const type = types[value.dtype]?.[0] ?? value.dtype;
  return `${type} [${value.shape}]`;
}

function typeOf({ dtype }: Pick<tf.Tensor, "dtype">): (typeof types)[string] {
  const type = types[dtype];
  check(type !== undefined, TypeError, "checkpoint as weights must be numbers", dtype);
  return type;
}

/** One pass without branches: a number times 0 is 0, or NaN where it is not finite. */
function areFinite(values: Values): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
