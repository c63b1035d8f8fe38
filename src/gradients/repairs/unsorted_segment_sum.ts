import { computeValues } from "../../kernels/compute_values.ts";
import * as tf from "../../tf.ts";

/**
 * What wasm lacks: the sum of rows by their segment, which is the gradient of `tf.gather` and with
 * that of `tf.layers.embedding`.
 */
export const unsortedSegmentSum: readonly tf.KernelConfig[] = [{
  kernelName: "UnsortedSegmentSum",
  backendName: "wasm",
  kernelFunc({ inputs, attrs }) {
    const { x, segmentIds } = inputs as { x: tf.Tensor; segmentIds: tf.Tensor };
    const { numSegments } = attrs as unknown as { numSegments: number }; // as the op was called
    const shape = [numSegments, ...x.shape.slice(segmentIds.rank)];
    const dtype = x.dtype as "float32" | "int32"; // the op takes no other
    const compute = (values: tf.TypedArray, ids: tf.TypedArray) =>
      sumRows(values, ids, shape, dtype);
    return computeValues([x, segmentIds], { shape, dtype, compute });
  },
}];

/** Ids outside of the range name no segment: their rows are left out. */
function sumRows(
  values: tf.TypedArray,
  ids: tf.TypedArray,
  shape: number[],
  dtype: "float32" | "int32",
): tf.TypedArray {
  const count = shape[0]!, size = tf.util.sizeFromShape(shape.slice(1));
  const sums = tf.util.makeZerosTypedArray(count * size, dtype);
  for (const [row, id] of ids.entries()) {
    if (id < 0 || id >= count) continue;
    for (let i = 0; i < size; i++) sums[id * size + i]! += values[row * size + i]!;
  }
  return sums;
}
