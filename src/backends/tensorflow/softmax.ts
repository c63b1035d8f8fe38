import * as tf from "../../tf.ts";
import { BACKEND_NAME } from "./kernels.ts";

/**
 * In a recording, oneDNN's softmax keeps NaN where it was, and the rest of its row looks like
 * probabilities. Here a row is NaN if its maximum is not finite, as in PyTorch, on every other
 * backend, and when nothing is recorded; the other rows are oneDNN's, in every bit.
 */
export function repairSoftmax(): void {
  const softmax = tf.getKernel("Softmax", BACKEND_NAME);
  if (softmax === undefined) return;
  tf.unregisterKernel("Softmax", BACKEND_NAME);
  tf.registerKernel({
    ...softmax,
    kernelFunc(params) {
      const y = softmax.kernelFunc(params) as tf.Tensor;
      const { recording } = params.backend as { recording?: boolean };
      return recording ? withRowsOfNaN(y, params.inputs.logits as tf.Tensor) : y;
    },
  });
}

/** Adds 0 to a row whose maximum is finite, and ∞ − ∞ or NaN to another. */
function withRowsOfNaN(y: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const whole = tf.tidy(() => {
    const highest = tf.max(logits, -1, true);
    return tf.add(y, tf.sub(highest, highest));
  });
  y.dispose();
  return whole;
}
