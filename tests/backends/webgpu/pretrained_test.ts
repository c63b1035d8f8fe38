import * as assert from "node:assert/strict";
import { capture, models } from "../../../mod.ts";
import * as tf from "../../../src/tf.ts";
import { assertClose } from "../../backends.ts";
import { bitFile, bitImages, expectedOfBit, gradientsOfBit } from "../../models/fixtures/bit.ts";
import { torchName } from "../../models/fixtures/torchvision.ts";
import { testOnWebGpu } from "./harness.ts";

/** Fails where values are further off than `tolerance` times the reference's largest. */
async function assertNear(actual: tf.Tensor, expected: tf.Tensor, tolerance: number, what: string) {
  const values = await expected.data();
  assertClose(await actual.data(), values, tolerance * Math.max(...values.map(Math.abs)), what);
}

testOnWebGpu("loadPretrained() gives timm's logits and gradients", async () => {
  const { model } = await models.loadPretrained(bitFile("timm.safetensors"), { groups: 8 });
  const x = bitImages();
  const y = tf.tidy(() => model.predict(x) as tf.Tensor);
  const expected = expectedOfBit("logits.timm");
  await assertNear(y, expected, 1e-4, "logits");
  const { value, grads } = tf.variableGrads(() => {
    const labels = tf.oneHot(tf.tensor1d([1, 3], "int32"), 5);
    const logits = model.apply(x, { training: true }) as tf.Tensor;
    return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
  });
  for (const { name, originalName } of model.weights) {
    const torch = torchName(originalName);
    if (!gradientsOfBit.includes(torch)) continue;
    const reference = tf.tidy(() => {
      const gradient = expectedOfBit(`gradients.${torch}`);
      return gradient.rank === 4 ? tf.transpose(gradient, [2, 3, 1, 0]) : gradient;
    });
    await assertNear(grads[name]!, reference, 1e-3, torch);
    reference.dispose();
  }
  tf.dispose([x, y, expected, value, grads]);
  model.dispose();
});

testOnWebGpu("loadPretrained() gives a model that trains by a captured step", async () => {
  const { model } = await models.loadPretrained(bitFile("google.npz"), { groups: 8 });
  const optimizer = tf.train.adam(0.01);
  const step = capture((x: tf.Tensor) =>
    optimizer.minimize(() => {
      const labels = tf.oneHot(tf.tensor1d([1, 3], "int32"), 5);
      const logits = model.apply(x, { training: true }) as tf.Tensor;
      return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
    }, true) as tf.Scalar
  );
  const x = bitImages();
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const loss = step(x);
    losses.push(...await loss.data());
    loss.dispose();
  }
  assert.ok(losses[2]! < losses[0]!, `${losses}`);
  step.dispose();
  x.dispose();
  model.dispose();
  optimizer.dispose();
});
