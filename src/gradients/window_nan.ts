import * as tf from "../tf.ts";
import { hasValuesAtHand } from "./backend_traits.ts";

/** Pools a map; all that matters is that its windows are those of `y`. */
type Pool = (x: tf.Tensor4D, kind: "max" | "avg") => tf.Tensor4D;

/**
 * Puts NaN where a window holds one, as PyTorch does. No backend's max-pool is reliable there: a
 * NaN loses each comparison, so the maximum is another cell of its window, or the lowest number,
 * and a broken run would continue unnoticed.
 *
 * A window's mean is NaN where one of its cells is. It is also NaN where there are ∞ and −∞ (or the
 * border's number, which overflows); there the maximum is ∞ and stays.
 *
 * @param x the map
 * @param y its maxima
 * @param pool pools a map by the same windows
 * @returns the maxima, with the NaN; in a tidy, `y` itself where there is none
 */
export function withNaN(x: tf.Tensor4D, y: tf.Tensor4D, pool: Pool): tf.Tensor4D {
  if (!hasValuesAtHand()) {
    const means = pool(x, "avg");
    const isLost = tf.logicalAnd(tf.isNaN(means), tf.less(y, Infinity));
    return tf.where(isLost, means, y);
  }
  // One pass shows whether there is any. (wasm's mean turns NaN into −∞, so it does not help.)
  if (!Number.isNaN(tf.sum(x).dataSync()[0])) return y;
  const flags = pool(tf.cast(tf.isNaN(x), "float32"), "max");
  return tf.where(tf.greater(flags, 0), tf.fill(y.shape, NaN), y) as tf.Tensor4D;
}
