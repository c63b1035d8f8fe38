import * as tf from "../../tf.ts";
import { sumToShape } from "../sum_to_shape.ts";

interface Attributes {
  transposeA: boolean;
  transposeB: boolean;
}

/**
 * `tf.matMul`: with batches that are broadcast. The kernel does that, without a copy where it can.
 */
export const matMul: readonly tf.GradConfig[] = [{
  kernelName: "BatchMatMul",
  inputsToSave: ["a", "b"],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as Attributes; // what the forward op was called with
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    const upstream = dy as tf.Tensor;
    return {
      a: () => sumToShape(gradientOfFirst(upstream, b, attributes), a.shape),
      b: () => sumToShape(gradientOfSecond(upstream, a, attributes), b.shape),
    };
  },
}];

/** `dy · transpose(b)`, or its transpose where `a` was taken transposed. */
function gradientOfFirst(
  dy: tf.Tensor,
  b: tf.Tensor,
  { transposeA, transposeB }: Attributes,
): tf.Tensor {
  return transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB);
}

/** `transpose(a) · dy`, or its transpose where `b` was taken transposed. */
function gradientOfSecond(
  dy: tf.Tensor,
  a: tf.Tensor,
  { transposeA, transposeB }: Attributes,
): tf.Tensor {
  return transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false);
}
