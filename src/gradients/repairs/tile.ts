import * as tf from "../../tf.ts";

/**
 * `tf.tile`, which had no gradient beyond rank 4, and with it `tf.broadcastTo`: copies are summed,
 * one axis after the other.
 */
export const tile: readonly tf.GradConfig[] = [{
  kernelName: "Tile",
  inputsToSave: ["x"],
  gradFunc(dy, saved, attrs) {
    const { reps } = attrs as unknown as { reps: number[] }; // what the forward op was called with
    const { shape } = saved[0] as tf.Tensor;
    return { x: () => sumCopies(dy as tf.Tensor, shape, reps) };
  },
}];

function sumCopies(dy: tf.Tensor, shape: number[], reps: number[]): tf.Tensor {
  const sum = reps.reduce((copies, count, axis) => {
    if (count === 1) return copies;
    // The axes before this one are summed already.
    const outer = tf.util.sizeFromShape(shape.slice(0, axis));
    return tf.sum(tf.reshape(copies, [outer, count, -1]), 1);
  }, dy);
  return tf.reshape(sum, shape);
}
