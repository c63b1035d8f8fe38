/** What tests of normalizations with PyTorch's values share. */
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";
import { type NormalizationCase, toTensor } from "../fixtures/pytorch.ts";
import { assertForwardAndGradient, built } from "../layers/roundtrip.ts";

/** Fails unless the layer, given the reference's gamma and beta, has its values and gradients. */
export function assertMatches(layer: tf.layers.Layer, reference: NormalizationCase): void {
  built(layer, reference.x.shape);
  tf.tidy(() => layer.setWeights([toTensor(reference.gamma), toTensor(reference.beta)]));
  for (const training of [false, true]) {
    assertForwardAndGradient((x) => layer.apply(x, { training }) as tf.Tensor, reference, 1e-5);
  }
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const y = layer.apply(toTensor(reference.x), { training: true }) as tf.Tensor;
      return tf.sum(tf.mul(y, toTensor(reference.upstream)));
    });
    const [dgamma, dbeta] = Object.values(grads) as [tf.Tensor, tf.Tensor];
    assertClose(dgamma, reference.dgamma.values, 2e-5, "dgamma");
    assertClose(dbeta, reference.dbeta.values, 2e-5, "dbeta");
  });
  layer.dispose();
}
