import { registerGradients } from "../../../src/gradients/register.ts";
import * as tf from "../../../src/tf.ts";
import { assertClose, forEachBackend } from "../../backends.ts";
import { noise } from "../convolutions.ts";

registerGradients();

/** The gradients of a loss that weighs its examples, with labels that do not sum to 1. */
function gradients(shape: number[]): tf.Tensor[] {
  const examples = shape.slice(0, -1);
  const [labels, logits] = [tf.abs(noise(shape, 1)), noise(shape, 2)];
  const weights = tf.abs(noise(examples, 3));
  const loss = (labels: tf.Tensor, logits: tf.Tensor) =>
    tf.losses.softmaxCrossEntropy(labels, logits, weights, 0, tf.Reduction.SUM);
  return tf.grads(loss)([labels, logits]);
}

forEachBackend("softmaxCrossEntropy has the gradients of rows, of whatever rank labels are", () => {
  tf.tidy(() => {
    const rows = gradients([12, 5]).map((gradient) => gradient.dataSync());
    for (const shape of [[3, 4, 5], [4, 3, 5], [2, 3, 2, 5]]) {
      for (const [i, gradient] of gradients(shape).entries()) {
        assertClose(gradient, rows[i]!, 1e-6, `[${shape}], input ${i}`);
      }
    }
    const one = gradients([1, 5]).map((gradient) => gradient.dataSync());
    gradients([5]).forEach((gradient, i) =>
      assertClose(gradient, one[i]!, 1e-6, `[5], input ${i}`)
    );
  });
});
