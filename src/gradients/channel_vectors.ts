import type * as tf from "../tf.ts";
import { check } from "../check.ts";

/**
 * Throws if a vector does not have one value for each channel of `x`.
 *
 * @param caller the function, for the message
 * @param x `[..., channels]`
 * @param vectors the vectors by their names, each `[channels]`
 * @throws {TypeError} naming the first vector that does not fit
 */
export function checkChannelVectors(
  caller: string,
  x: tf.Tensor,
  vectors: Record<string, tf.Tensor>,
): void {
  const channels = x.shape.at(-1);
  for (const [name, { shape }] of Object.entries(vectors)) {
    const holds = shape.length === 1 && shape[0] === channels;
    check(holds, TypeError, `compute ${caller} as ${name} must be [${channels}]`, shape);
  }
}
