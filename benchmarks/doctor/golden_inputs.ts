import * as tf from "../../src/tf.ts";

/**
 * Numbers in [−1, 1) with 24 bits, exact in float32: a hash of the index and of the salt. They are
 * those of `golden/make_golden.py`.
 *
 * @param shape the tensor's shape
 * @param salt a small whole number; another one makes other numbers
 */
export function hashed(shape: number[], salt: number): tf.Tensor {
  const start = Math.imul(salt, 1000003);
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => {
    let h = Math.imul(i + start, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
    return ((h ^ (h >>> 13)) >>> 8) / 2 ** 23 - 1;
  });
  return tf.tensor(values, shape, "float32");
}
