import * as tf from "../../src/tf.ts";

/** How many trainable parameters a model has. */
export function countParameters({ trainableWeights }: tf.LayersModel): number {
  return trainableWeights.reduce(
    (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
    0,
  );
}
