/** Numbers that PyTorch's fixtures have, too. */
import * as tf from "../src/tf.ts";

/** Sines of the index. */
export function sines(shape: number[], salt: number, { scale = 1, mean = 0 } = {}): tf.Tensor {
  const values = Array.from(
    { length: tf.util.sizeFromShape(shape) },
    (_, i) => mean + scale * Math.fround(Math.sin(salt + 1.7 * i)),
  );
  return tf.tensor(values, shape);
}
