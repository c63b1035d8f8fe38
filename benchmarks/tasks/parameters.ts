import type * as tf from "../../src/tf.ts";

/**
 * How many trainable parameters a model has.
 *
 * @param model the model
 */
export function countParameters(model: tf.LayersModel): number {
  return model.trainableWeights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, length) => size * (length ?? 1), 1),
    0,
  );
}
