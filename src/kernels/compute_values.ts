import * as tf from "../tf.ts";

/**
 * The kernel in which JavaScript computes. A backend that records steps has its own, to know of it;
 * and the tape must know, or what is computed would count as a constant.
 */
export const COMPUTE_VALUES = "weight-standardization/compute-values";

tf.registerGradient({
  kernelName: COMPUTE_VALUES,
  gradFunc() {
    throw new Error(
      `Cannot compute a gradient of this gradient, as it is computed in JavaScript on ` +
        `${tf.getBackend()}: that of maxPool3d, or of a depthwise convolution by its kernel. ` +
        `Take another op where gradients of gradients are needed`,
    );
  },
});

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
  const backendName = tf.getBackend();
  if (tf.getKernel(COMPUTE_VALUES, backendName) === undefined) {
    tf.registerKernel({ kernelName: COMPUTE_VALUES, backendName, kernelFunc: computeByReading });
  }
  const given: tf.NamedTensorMap = Object.fromEntries(inputs.entries());
  // The registry's types know no functions; nothing but the kernel sees this one.
  return tf.engine().runKernel(COMPUTE_VALUES, given, attributes as unknown as tf.NamedAttrMap);
}

const computeByReading: tf.KernelFunc = ({ inputs, attrs }) => {
  const { shape, dtype, compute } = attrs as unknown as ComputeValues; // as it is called with
  const values = Object.values(inputs as tf.NamedTensorMap).map((input) => input.dataSync());
  return tf.tensor(compute(...values), shape, dtype);
};
