import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { deeplabv3plus, type DeepLabV3PlusOptions } from "../../src/models/deeplabv3plus.ts";
import { withStepSeed } from "../../src/random.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { saveAndLoad } from "../layers/roundtrip.ts";
import { convolutionNames, trainableValues } from "./counts.ts";
import { headConvolutions } from "./head_convolutions.ts";

const tiny: DeepLabV3PlusOptions = {
  backbone: { depth: { block: "basic", counts: [1, 1, 1, 1] }, width: 4 },
  classes: 5,
  headChannels: 8,
  lowLevelChannels: 3,
  seed: 17,
};

Deno.test("deeplabv3plus() has the published parameters when the backbone is ResNet-101", async () => {
  await tf.setBackend("wasm");
  const before = tf.memory().numTensors;
  const model = deeplabv3plus({ backbone: { depth: 101 }, classes: 150 });
  assert.equal(trainableValues(model), 60_265_286);
  const head = model.trainableWeights.filter((weight) => weight.name.startsWith("decode_head."));
  assert.equal(trainableValues({ trainableWeights: head } as tf.LayersModel), 17_765_126);
  const names = convolutionNames(model);
  assert.equal(names.length, 119);
  assert.deepEqual(names.slice(-15), headConvolutions);
  assert.ok(names.slice(0, -15).every((name) => name.startsWith("backbone.")));
  tf.tidy(() => {
    const y = model.predict(tf.randomNormal([1, 64, 64, 3])) as tf.Tensor;
    assert.deepEqual(y.shape, [1, 64, 64, 150]);
    assert.ok(Number.isFinite(tf.sum(y).dataSync()[0]));
  });
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("deeplabv3plus() has the published parameters when the backbone is ResNet-50", async () => {
  await tf.setBackend("wasm");
  const model = deeplabv3plus({ backbone: { depth: 50 }, classes: 150 });
  assert.equal(trainableValues(model), 41_273_158);
  model.dispose();
});

forEachBackend("deeplabv3plus() sends a gradient to every weight when it trains", () => {
  const model = deeplabv3plus({ ...tiny, inputShape: [32, 48, 3] });
  const before = tf.memory().numTensors;
  const x = tf.randomNormal([2, 32, 48, 3], 0, 1, "float32", 1);
  const classes = Int32Array.from({ length: 2 * 32 * 48 }, (_, pixel) => pixel % 5);
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d(classes, "int32"), 5));
  const { value, grads } = tf.variableGrads(() => {
    const logits = model.apply(x, { training: true }) as tf.Tensor;
    return tf.losses.softmaxCrossEntropy(labels, tf.reshape(logits, [-1, 5])) as tf.Scalar;
  });
  assert.equal(Object.keys(grads).length, model.trainableWeights.length);
  for (const [name, grad] of Object.entries(grads)) {
    const norm = tf.tidy(() => tf.norm(grad).dataSync()[0]!);
    assert.ok(Number.isFinite(norm) && norm > 0, `${name}: ${norm}`);
  }
  tf.dispose([value, grads, x, labels]);
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
});

forEachBackend("deeplabv3plus() drops channels by the step's seed in training alone", () => {
  const model = deeplabv3plus({ ...tiny, dropout: 0.5 });
  tf.tidy(() => {
    const x = tf.randomNormal([2, 24, 24, 3]);
    const run = (seed: number) =>
      withStepSeed(
        tf.tensor1d([seed], "int32"),
        () => (model.apply(x, { training: true }) as tf.Tensor).dataSync(),
      );
    assert.deepEqual(run(1), run(1));
    assert.notDeepEqual(run(1), run(2));
    assert.deepEqual(
      (model.predict(x) as tf.Tensor).dataSync(),
      (model.predict(x) as tf.Tensor).dataSync(),
    );
  });
  model.dispose();
});

forEachBackend("deeplabv3plus() computes the same when it is saved and loaded", async () => {
  const model = deeplabv3plus({ ...tiny, dilations: [1, 2, 3] });
  tf.tidy(() => void model.apply(tf.randomNormal([4, 32, 32, 3]), { training: true }));
  const loaded = await saveAndLoad(model);
  assert.deepEqual(convolutionNames(loaded), convolutionNames(model));
  for (const extent of [[32, 32], [40, 56], [33, 21]]) {
    tf.tidy(() => {
      const x = tf.randomNormal([1, ...extent, 3]);
      const y = model.predict(x) as tf.Tensor;
      assert.deepEqual(y.shape, [1, ...extent, 5]);
      assertClose(loaded.predict(x) as tf.Tensor, y.dataSync(), 0);
    });
  }
  model.dispose();
  loaded.dispose();
});

Deno.test("deeplabv3plus() throws when an option has no meaning", async () => {
  await tf.setBackend("cpu");
  const wrong: [Partial<Record<keyof DeepLabV3PlusOptions, unknown>>, string, RegExp][] = [
    [{ classes: 0 }, "RangeError", /^Cannot build DeepLabv3\+ as classes must be an integer >= 1/],
    [{ headChannels: -1 }, "RangeError", /headChannels must be an integer >= 1: .* is -1$/],
    [{ lowLevelChannels: 0 }, "RangeError", /lowLevelChannels must be an integer >= 1/],
    [{ dilations: [1, 0] }, "RangeError", /each of dilations must be an integer >= 1: .* is 0$/],
    [{ dilations: [] }, "RangeError", /number of dilations must be an integer >= 1: .* is 0$/],
    [{ dropout: 1 }, "RangeError", /rate must be in \[0, 1\): current value is 1$/],
    [{ inputShape: [null, 3] }, "TypeError", /inputShape must be \[height, width, channels\]/],
    [{ backbone: { depth: 7 } }, "RangeError", /depth must be one of/],
  ];
  for (const [option, name, message] of wrong) {
    assert.throws(() => deeplabv3plus({ ...tiny, ...option } as DeepLabV3PlusOptions), {
      name,
      message,
    });
  }
});
