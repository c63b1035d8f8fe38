import * as tf from "../tf.ts";

/** The kernel of a backend that must know of what JavaScript computes, since it records steps. */
export const COMPUTE_VALUES = "weight-standardization/compute-values";

/** What that kernel is called with. */
export interface ComputeValues {
  shape: number[];
  dtype: "float32" | "int32";
  /** Computes values from the inputs' values, which it must not change or keep. */
  compute: (...values: tf.TypedArray[]) => tf.TypedArray;
}

/**
 * Computes a tensor from the values of others in JavaScript, on a backend whose values can be read
 * at once.
 *
 * @param inputs the tensors, of dtype float32 or int32
 * @param attributes shape and dtype of the result, and what computes it
 * @returns the tensor
 */
export function computeValues(inputs: readonly tf.Tensor[], attributes: ComputeValues): tf.Tensor {
  const { shape, dtype, compute } = attributes;
  if (tf.getKernel(COMPUTE_VALUES, tf.getBackend()) === undefined) {
    return tf.tensor(compute(...inputs.map((input) => input.dataSync())), shape, dtype);
  }
  const given: tf.NamedTensorMap = Object.fromEntries(inputs.entries());
  // The registry's types know no functions; nothing but the kernel sees this one.
  return tf.engine().runKernel(COMPUTE_VALUES, given, attributes as unknown as tf.NamedAttrMap);
}
