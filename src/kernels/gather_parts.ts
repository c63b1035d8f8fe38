import * as tf from "../tf.ts";

/**
 * The operand of `tf.gather`, in four parts: of `x` as `[batches, outer, places, inner]` it picks
 * places.
 *
 * @param shape of `x`
 * @param axis the axis of the places, which may count from the end
 * @param batchDims axes at the front that the indices have, too
 */
export function gatherParts(
  shape: number[],
  axis: number,
  batchDims: number,
): readonly [batches: number, outer: number, places: number, inner: number] {
  const size = (from: number, to?: number) => tf.util.sizeFromShape(shape.slice(from, to));
  const at = tf.util.parseAxisParam(axis, shape)[0]!;
  return [size(0, batchDims), size(batchDims, at), shape[at]!, size(at + 1)];
}

/**
 * The places of all batches, one batch after the other.
 *
 * @param indices int32, whole and within a batch
 * @param batches the number of batches
 * @param places of one batch
 * @returns int32, as long as there are indices
 */
export function placesInAllBatches(
  indices: tf.Tensor,
  batches: number,
  places: number,
): tf.Tensor1D {
  if (batches === 1) return tf.reshape(indices, [indices.size]);
  const starts = tf.reshape(tf.range(0, batches * places, places, "int32"), [batches, 1]);
  const rows = tf.add(tf.reshape(indices, [batches, indices.size / batches]), starts);
  return tf.cast(tf.reshape(rows, [indices.size]), "int32");
}
