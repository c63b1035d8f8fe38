import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { deeplabv3plus } from "../../src/models/deeplabv3plus.ts";
import { resnet } from "../../src/models/resnet.ts";
import {
  groupNormalization,
  layerNormalization,
  normalizationFactory,
} from "../../src/normalization/mod.ts";
import { forEachBackend } from "../backends.ts";
import { built } from "../layers/roundtrip.ts";

const classNames: Record<string, string> = {
  batch: "TorchBatchNormalization",
  group: "TorchGroupNormalization",
  layer: "TorchLayerNormalization",
  instance: "TorchInstanceNormalization",
  batchChannel: "TorchBatchChannelNormalization",
  estimatedBatchChannel: "TorchBatchChannelNormalization",
};

Deno.test("normalizationFactory() finds a normalization by its name, and keeps a factory", async () => {
  await tf.setBackend("cpu");
  const gammaInitializer = tf.initializers.constant({ value: 3 });
  for (const [name, className] of Object.entries(classNames)) {
    const layer = normalizationFactory(name)({ name: "layer1.0.bn1", gammaInitializer });
    assert.equal(layer.getClassName(), className);
    assert.equal(layer.name, "layer1.0.bn1");
    built(layer, [2, 4, 4, 48]);
    const names = layer.trainableWeights.map(({ originalName }) => originalName);
    assert.deepEqual(names.slice(0, 2), ["layer1.0.bn1/gamma", "layer1.0.bn1/beta"]);
    assert.deepEqual(layer.getWeights()[0]!.dataSync(), new Float32Array(48).fill(3));
    layer.dispose();
  }
  const estimates = ["batchChannel", "estimatedBatchChannel"].map((name) =>
    normalizationFactory(name)({ name: "bcn", gammaInitializer }).getConfig()["estimate"]
  );
  assert.deepEqual(estimates, [false, true]);
  const own = () => groupNormalization({ groups: 1 });
  assert.equal(normalizationFactory(own), own);
});

Deno.test("normalizationFactory() gives the input back, and no weights, when it is none", async () => {
  await tf.setBackend("cpu");
  const gammaInitializer = tf.initializers.ones();
  const layer = normalizationFactory("none")({ name: "layer1.0.bn1", gammaInitializer });
  const x = tf.randomNormal([2, 3, 3, 4], 5, 2, "float32", 1);
  assert.deepEqual((layer.apply(x) as tf.Tensor).dataSync(), x.dataSync());
  assert.deepEqual([layer.name, layer.weights.length], ["layer1.0.bn1", 0]);
});

Deno.test("normalizationFactory() throws RangeError when the name is unknown", () => {
  for (const name of ["Batch", "toString", ""]) {
    assert.throws(() => normalizationFactory(name), {
      name: "RangeError",
      message:
        /^Cannot find a normalization as the name must be one of batch, group, layer, instance, ba/,
    });
  }
});

/** The weights that a step of training gives no gradient, or one of 0. */
function untrained(model: tf.LayersModel, x: tf.Tensor): string[] {
  return tf.tidy(() => {
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => {
      const logits = model.apply(x, { training: true }) as tf.Tensor;
      return tf.mean(tf.square(tf.sub(logits, 1))) as tf.Scalar;
    }, variables);
    const norms = variables.map(({ name }) => tf.norm(grads[name]!).dataSync()[0]!);
    assert.ok(norms.every(Number.isFinite), `${norms}`);
    const names = model.trainableWeights.map(({ originalName }) => originalName);
    return names.filter((_, index) => norms[index] === 0);
  });
}

for (const normalization of [...Object.keys(classNames), "none"]) {
  forEachBackend(`resnet() sends a gradient to every weight when it has ${normalization}`, () => {
    const depth = { block: "bottleneck", counts: [1, 1, 1, 1] } as const;
    const options = { depth, width: 8, classes: 3, seed: 17, normalization };
    const model = resnet({ ...options, inputShape: [64, 64, 3] });
    const x = tf.randomNormal([2, 64, 64, 3], 0, 1, "float32", 1);
    assert.deepEqual(untrained(model, x), []);
    tf.dispose(x);
    model.dispose();
  });

  Deno.test(`deeplabv3plus() trains when it has ${normalization}`, async () => {
    await tf.setBackend("wasm");
    const backbone = { depth: { block: "basic", counts: [1, 1, 1, 1] }, width: 8 } as const;
    const head = { headChannels: 16, lowLevelChannels: 6, dilations: [1, 2] };
    const options = { backbone, classes: 3, ...head, seed: 17 };
    // The pooled image is a single pixel, of which instance normalization would keep nothing.
    const ofName = normalizationFactory(normalization);
    const model = deeplabv3plus({
      ...options,
      normalization: normalization !== "instance"
        ? normalization
        : (args) => args.name.includes("image_pool") ? layerNormalization(args) : ofName(args),
    });
    const x = tf.randomNormal([2, 32, 32, 3], 0, 1, "float32", 1);
    assert.deepEqual(untrained(model, x), []);
    tf.dispose(x);
    model.dispose();
  });
}
