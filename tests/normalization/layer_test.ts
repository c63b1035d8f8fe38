import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { layerNormalization } from "../../src/normalization/layer.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { modelOf, saveAndLoad } from "../layers/roundtrip.ts";
import { assertMatches } from "./affine.ts";
import { normalization } from "./fixtures/normalization.ts";

forEachBackend("layerNormalization() matches PyTorch over height, width and channels", () => {
  assertMatches(layerNormalization(), normalization.layer);
});

forEachBackend(
  "layerNormalization() is not a stock layer when it is saved and loaded",
  async () => {
    const model = modelOf(layerNormalization({ name: "ln1" }), [4, 4, 6]);
    tf.tidy(() => model.setWeights([tf.randomNormal([6]), tf.randomNormal([6])]));
    const loaded = await saveAndLoad(model);
    assert.equal(loaded.getLayer("ln1").getClassName(), "TorchLayerNormalization");
    assert.deepEqual(loaded.getLayer("ln1").getConfig(), model.getLayer("ln1").getConfig());
    assert.equal(tf.layers.layerNormalization().getClassName(), "LayerNormalization");
    tf.tidy(() => {
      const x = tf.randomNormal([2, 4, 4, 6]);
      assertClose(loaded.predict(x) as tf.Tensor, (model.predict(x) as tf.Tensor).dataSync(), 0);
    });
    model.dispose();
    loaded.dispose();
  },
);

forEachBackend("layerNormalization() sees each example alone, whatever the batch", () => {
  const layer = layerNormalization();
  tf.tidy(() => {
    const x = tf.randomNormal([3, 5, 4, 2], 1, 2, "float32", 1);
    const together = layer.apply(x) as tf.Tensor;
    const second = layer.apply(tf.slice(x, [1], [1])) as tf.Tensor;
    assertClose(tf.slice(together, [1], [1]), second.dataSync(), 1e-6);
  });
  layer.dispose();
});
