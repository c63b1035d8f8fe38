import * as tf from "../../src/tf.ts";
import { RepairedReLU } from "../../src/layers/relu.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { modelOf, saveAndLoad } from "./roundtrip.ts";

forEachBackend("RepairedReLU passes what is positive, and its gradient, saved or not", async () => {
  const model = modelOf(new RepairedReLU(), [4]);
  const loaded = await saveAndLoad(model);
  tf.tidy(() => {
    const x = tf.tensor2d([[-2, 0, 0.5, 3]]);
    assertClose(loaded.predict(x) as tf.Tensor, [0, 0, 0.5, 3], 0);
    const dx = tf.grad((x) => tf.sum(tf.mul(loaded.apply(x) as tf.Tensor, [5, 6, 7, 8])))(x);
    assertClose(dx, [0, 0, 7, 8], 0);
  });
});
