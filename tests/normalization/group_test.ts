import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { groupNormalization } from "../../src/normalization/group.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch } from "../fixtures/pytorch.ts";
import { built, modelOf, saveAndLoad } from "../layers/roundtrip.ts";
import { assertMatches } from "./affine.ts";

forEachBackend("groupNormalization() matches PyTorch in training and inference", () => {
  for (const reference of pytorch.groupNorm) {
    assertMatches(groupNormalization({ groups: reference.groups }), reference);
  }
});

forEachBackend(
  "groupNormalization() has 32 groups, epsilon 1e-5 and an affine map by default",
  () => {
    const layer = built(groupNormalization(), [1, 2, 2, 64]);
    assert.deepEqual(
      layer.weights.map(({ originalName, shape }) => [originalName, shape]),
      [
        ["gamma", [64]],
        ["beta", [64]],
      ].map(([name, shape]) => [`${layer.name}/${name}`, shape]),
    );
    assert.equal(layer.getConfig()["groups"], 32);
    assert.equal(layer.getConfig()["epsilon"], 1e-5);
    tf.tidy(() => {
      const x = tf.randomNormal([1, 2, 2, 64], 3, 2, "float32", 1);
      const groups = tf.reshape(x, [1, 4, 32, 2]);
      const { mean, variance } = tf.moments(groups, [1, 3], true);
      const expected = tf.div(tf.sub(groups, mean), tf.sqrt(tf.add(variance, 1e-5)));
      assertClose(layer.apply(x) as tf.Tensor, expected.dataSync(), 1e-5);
    });
    layer.dispose();
  },
);

forEachBackend("groupNormalization() leaves out what it is told to", () => {
  tf.tidy(() => {
    const x = tf.randomNormal([2, 3, 3, 4], 0, 1, "float32", 1);
    const full = built(groupNormalization({ groups: 2 }), [2, 3, 3, 4]);
    for (const [scale, center] of [[false, true], [true, false], [false, false]] as const) {
      const layer = built(groupNormalization({ groups: 2, scale, center }), [2, 3, 3, 4]);
      assert.equal(layer.trainableWeights.length, Number(scale) + Number(center));
      assertClose(layer.apply(x) as tf.Tensor, (full.apply(x) as tf.Tensor).dataSync(), 0);
      layer.dispose();
    }
    full.dispose();
  });
});

forEachBackend("groupNormalization() computes the same when it is saved and loaded", async () => {
  for (const groups of [3, "auto"] as const) {
    const layer = groupNormalization({ name: "gn1", groups, epsilon: 0.1, center: false });
    const model = modelOf(layer, [null, null, 6]);
    assert.deepEqual(model.outputs[0]!.shape, [null, null, null, 6]);
    tf.tidy(() => layer.setWeights([tf.randomNormal([6])]));
    const loaded = await saveAndLoad(model);
    assert.equal(loaded.getLayer("gn1").getClassName(), "TorchGroupNormalization");
    assert.deepEqual(loaded.getLayer("gn1").getConfig(), layer.getConfig());
    assert.equal(loaded.getLayer("gn1").getConfig()["groups"], groups);
    tf.tidy(() => {
      const x = tf.randomNormal([2, 4, 5, 6]);
      assertClose(loaded.predict(x) as tf.Tensor, (model.predict(x) as tf.Tensor).dataSync(), 0);
    });
    model.dispose();
    loaded.dispose();
  }
});

forEachBackend("groupNormalization() learns from an initializer and a regularizer", () => {
  const layer = groupNormalization({
    groups: 2,
    gammaInitializer: tf.initializers.constant({ value: 3 }),
    gammaRegularizer: tf.regularizers.l2({ l2: 0.5 }),
  });
  const model = modelOf(layer, [2, 2, 4]);
  tf.tidy(() => {
    assertClose(layer.getWeights()[0]!, [3, 3, 3, 3], 0);
    const losses = model.calculateLosses();
    assert.equal(losses.length, 1);
    assertClose(losses[0]!, [0.5 * 4 * 9], 1e-5);
  });
  model.dispose();
});

Deno.test("groupNormalization() throws when the groups or the input do not fit", async () => {
  await tf.setBackend("cpu");
  assert.throws(() => modelOf(groupNormalization({ name: "gn" }), [4, 4, 48]), {
    name: "RangeError",
    message:
      "Cannot build gn as groups must divide the number of channels, 48: current value is 32",
  });
  for (const groups of [0, -2, 1.5, NaN]) {
    assert.throws(() => groupNormalization({ groups }), {
      name: "RangeError",
      message: /^Cannot make TorchGroupNormalization as groups must be an integer >= 1 or "auto": /,
    });
  }
  assert.throws(() => modelOf(groupNormalization({ name: "gn" }), [4, 4, null]), {
    name: "TypeError",
    message: "Cannot build gn as its input must be [batch, ..., channels] with a known number of " +
      "channels: current value is [null,4,4,null]",
  });
});
