import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { instanceNormalization } from "../../src/normalization/instance.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { built, modelOf, saveAndLoad } from "../layers/roundtrip.ts";
import { assertMatches } from "./affine.ts";
import { normalization } from "./fixtures/normalization.ts";

forEachBackend("instanceNormalization() matches PyTorch when it is affine", () => {
  assertMatches(instanceNormalization({ scale: true, center: true }), normalization.instance);
});

forEachBackend("instanceNormalization() has no weights by default, as in PyTorch", () => {
  const layer = built(instanceNormalization(), [2, 3, 3, 4]);
  assert.equal(layer.weights.length, 0);
  tf.tidy(() => {
    const x = tf.randomNormal([2, 3, 3, 4], 5, 3, "float32", 1);
    const { mean, variance } = tf.moments(x, [1, 2], true);
    const expected = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
    assertClose(layer.apply(x) as tf.Tensor, expected.dataSync(), 1e-5);
  });
  layer.dispose();
});

Deno.test("instanceNormalization() throws RangeError when a map is one pixel", async () => {
  await tf.setBackend("cpu");
  const message = "Cannot normalize in1 as pixels of a map must be >= 2: current value is ";
  const layer = () => instanceNormalization({ name: "in1" });
  assert.throws(() => modelOf(layer(), [1, 1, 3]), {
    name: "RangeError",
    message: `${message}[null,1,1,3]; take another normalization here`,
  });
  assert.throws(() => modelOf(layer(), [3]), { name: "RangeError" });
  const model = modelOf(layer(), [null, null, 3]);
  assert.throws(() => tf.tidy(() => model.predict(tf.ones([2, 1, 1, 3]))), {
    name: "RangeError",
    message: `${message}[2,1,1,3]; take another normalization here`,
  });
  tf.tidy(() => void model.predict(tf.ones([2, 1, 2, 3])));
  model.dispose();
});

forEachBackend(
  "instanceNormalization() computes the same when it is saved and loaded",
  async () => {
    for (const affine of [false, true]) {
      const layer = instanceNormalization({ name: "in1", scale: affine, center: affine });
      const model = modelOf(layer, [4, 4, 3]);
      const loaded = await saveAndLoad(model);
      assert.equal(loaded.getLayer("in1").getClassName(), "TorchInstanceNormalization");
      assert.deepEqual(loaded.getLayer("in1").getConfig(), layer.getConfig());
      assert.equal(loaded.weights.length, affine ? 2 : 0);
      tf.tidy(() => {
        const x = tf.randomNormal([2, 4, 4, 3]);
        assertClose(loaded.predict(x) as tf.Tensor, (model.predict(x) as tf.Tensor).dataSync(), 0);
      });
      model.dispose();
      loaded.dispose();
    }
  },
);
