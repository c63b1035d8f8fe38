import { gatherParts, placesInAllBatches } from "../../kernels/gather_parts.ts";
import * as tf from "../../tf.ts";

interface Attributes {
  axis: number;
  batchDims: number;
}

/**
 * `tf.gather` with more than one batch dimension, which threw; and 0 for indices that were computed
 * from what is differentiated, which threw as well.
 */
export const gather: readonly tf.GradConfig[] = [{
  kernelName: "GatherV2",
  inputsToSave: ["x", "indices"],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as Attributes; // what the forward op was called with
    const [x, indices] = saved as [tf.Tensor, tf.Tensor];
    return {
      x: () => sumAtPlaces(dy as tf.Tensor, x.shape, indices, attributes),
      indices: () => tf.zeros(indices.shape),
    };
  },
}];

/** Adds what was taken from a place up there. */
function sumAtPlaces(
  dy: tf.Tensor,
  shape: number[],
  indices: tf.Tensor,
  { axis, batchDims }: Attributes,
): tf.Tensor {
  const [batches, outer, places, inner] = gatherParts(shape, axis, batchDims);
  const count = indices.size / batches;
  const taken = swapInner(tf.reshape(dy, [batches, outer, count, inner]));
  const rows = tf.reshape(taken, [batches * count, outer, inner]);
  const at = placesInAllBatches(indices, batches, places);
  const sums = tf.unsortedSegmentSum(rows, at, batches * places);
  return tf.reshape(swapInner(tf.reshape(sums, [batches, places, outer, inner])), shape);
}

/** The second and the third axis in the place of one another. */
function swapInner(parts: tf.Tensor4D): tf.Tensor4D {
  const [batches, second, third, inner] = parts.shape;
  const isOrdered = second === 1 || third === 1; // the numbers are already in order
  return isOrdered
    ? tf.reshape(parts, [batches, third, second, inner])
    : tf.transpose(parts, [0, 2, 1, 3]);
}
