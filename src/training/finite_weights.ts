import * as tf from "../tf.ts";
import { weightsOf } from "./model_weights.ts";

/**
 * The first weight of a model, moving statistics among them, with a number that is not finite. The
 * loss need not show it: activations of TensorFlow.js turn NaN into numbers (`relu6`, `maxPool`; on
 * wasm `relu`, too), and a network whose first layers are lost goes on training its last ones.
 *
 * One number is read, whatever the model: a weight times 0 is 0, or NaN where it is not finite.
 *
 * @param model the model
 * @returns its name, as in a checkpoint; nothing if all are finite
 */
export async function firstNonFinite(model: tf.LayersModel): Promise<string | undefined> {
  const weights = weightsOf(model);
  const sums = tf.tidy(() => tf.stack([...weights.values()].map(zeroIfFinite)));
  try {
    const values = await sums.data();
    return [...weights.keys()].find((_, i) => values[i] !== 0);
  } finally {
    sums.dispose();
  }
}

/** In a tidy of its own, so that one weight's product is in memory at a time. */
function zeroIfFinite(weight: tf.Variable): tf.Scalar {
  return tf.tidy(() => tf.cast(tf.sum(tf.mul(weight, 0)), "float32") as tf.Scalar);
}
