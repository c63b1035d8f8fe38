import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { resnetv2, type ResNetV2Options } from "../../src/models/resnetv2.ts";
import { bakeWeightStandardization } from "../../src/standardization/apply.ts";
import { capture } from "../../src/training/capture.ts";
import { loadTorchWeights } from "../../src/models/load_torch_weights.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { saveAndLoad } from "../layers/roundtrip.ts";
import { convolutionNames, trainableValues } from "./counts.ts";
import {
  bitFile,
  bitImages,
  expectedOfBit,
  gradientsOfBit,
  hashedBit,
  tinyBit,
} from "./fixtures/bit.ts";
import { torchName } from "./fixtures/torchvision.ts";
import { registerGradients } from "../../src/gradients/register.ts";

registerGradients();

/** Fails where a value is further off than `tolerance` times the reference's largest. */
function assertNear(actual: tf.Tensor, expected: tf.Tensor, tolerance: number, what: string) {
  assert.deepEqual(actual.shape, expected.shape, what);
  const values = expected.dataSync();
  assertClose(actual, values, tolerance * Math.max(...values.map(Math.abs)), what);
}

function loaded(): tf.LayersModel {
  const model = resnetv2(tinyBit);
  loadTorchWeights(model, bitFile("timm.safetensors"));
  return model;
}

Deno.test("resnetv2() has timm's parameters and convolutions", async () => {
  await tf.setBackend("wasm");
  const expected = [[50, 25_549_352, 54], [101, 44_541_480, 105], [152, 60_185_128, 156]] as const;
  for (const [depth, values, convolutions] of expected) {
    const model = resnetv2({ depth, classes: 1000 });
    assert.equal(trainableValues(model), values);
    assert.equal(convolutionNames(model).length, convolutions);
    const plain = model.layers.filter((layer) => layer.getClassName() === "RepairedConv2D");
    assert.deepEqual(plain.map(({ name }) => name), ["head.fc"], "not standardized");
    model.dispose();
  }
});

Deno.test("resnetv2() calls its convolutions in the order of timm", async () => {
  await tf.setBackend("cpu");
  const model = resnetv2(tinyBit);
  const block = (name: string) => ["conv1", "conv2", "conv3"].map((conv) => `${name}.${conv}`);
  assert.deepEqual(convolutionNames(model), [
    "stem.conv",
    "stages.0.blocks.0.downsample.conv",
    ...block("stages.0.blocks.0"),
    "stages.1.blocks.0.downsample.conv",
    ...block("stages.1.blocks.0"),
    ...block("stages.1.blocks.1"),
    "stages.2.blocks.0.downsample.conv",
    ...block("stages.2.blocks.0"),
    "stages.3.blocks.0.downsample.conv",
    ...block("stages.3.blocks.0"),
    "head.fc",
  ]);
  model.dispose();
});

forEachBackend("resnetv2() computes what timm's network computes", () => {
  const model = loaded();
  tf.tidy(() => {
    const y = model.predict(bitImages()) as tf.Tensor;
    assertNear(y, expectedOfBit("logits.timm"), 1e-5, "logits");
  });
  model.dispose();
});

forEachBackend("resnetv2() computes what timm's network of 32 groups computes", () => {
  const model = hashedBit();
  tf.tidy(() => {
    const y = model.predict(bitImages()) as tf.Tensor;
    assertNear(y, expectedOfBit("logits.groups32"), 1e-5, "logits");
  });
  model.dispose();
}, ["wasm", "tensorflow"]);

forEachBackend("resnetv2() has the gradients of timm's network", () => {
  const model = loaded();
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const y = model.apply(bitImages(), { training: true }) as tf.Tensor;
      const labels = tf.oneHot(tf.tensor1d([1, 3], "int32"), 5);
      return tf.losses.softmaxCrossEntropy(labels, y) as tf.Scalar;
    });
    const found = model.weights.filter(({ originalName }) =>
      gradientsOfBit.includes(torchName(originalName))
    );
    assert.equal(found.length, gradientsOfBit.length);
    for (const { name, originalName } of found) {
      const expected = expectedOfBit(`gradients.${torchName(originalName)}`);
      const ours = expected.rank === 4 ? tf.transpose(expected, [2, 3, 1, 0]) : expected;
      assertNear(grads[name]!, ours, 1e-4, originalName);
    }
  });
  model.dispose();
});

/** The losses of three training steps, and the weights after them. */
function trained(wrap: <T extends (x: tf.Tensor) => tf.Scalar>(step: T) => T) {
  const model = loaded();
  const optimizer = tf.train.adam(0.01);
  const step = wrap((x: tf.Tensor) => {
    const loss = () => {
      const labels = tf.oneHot(tf.tensor1d([1, 3], "int32"), 5);
      const y = model.apply(x, { training: true }) as tf.Tensor;
      return tf.losses.softmaxCrossEntropy(labels, y) as tf.Scalar;
    };
    return optimizer.minimize(loss, true) as tf.Scalar;
  });
  const x = bitImages();
  const losses = [0, 1, 2].map(() => {
    const loss = step(x);
    const [value = NaN] = loss.dataSync();
    loss.dispose();
    return value;
  });
  const weights = model.weights.flatMap((weight) => [...weight.read().dataSync()]);
  x.dispose();
  model.dispose();
  optimizer.dispose();
  return { losses, weights };
}

forEachBackend("resnetv2() trains captured as it does step by step", () => {
  const plain = trained((step) => step);
  let dispose = () => {};
  const captured = trained((step) => {
    const recorded = capture(step as (x: tf.Tensor) => tf.Scalar);
    dispose = () => recorded.dispose();
    return recorded as unknown as typeof step;
  });
  dispose();
  assert.ok(plain.losses[2]! < plain.losses[0]!, `${plain.losses}`);
  assertClose(captured.losses, plain.losses, 1e-5);
  assertClose(captured.weights, plain.weights, 1e-5);
}, ["wasm", "tensorflow"]);

forEachBackend("resnetv2() computes the same saved and loaded", async () => {
  const model = loaded();
  const copy = await saveAndLoad(model);
  tf.tidy(() => {
    const y = model.predict(bitImages()) as tf.Tensor;
    assertClose(copy.predict(bitImages()) as tf.Tensor, y.dataSync(), 0);
  });
  model.dispose();
  copy.dispose();
});

forEachBackend("resnetv2() computes the same baked, saved and loaded", async () => {
  const model = loaded();
  bakeWeightStandardization(model);
  const copy = await saveAndLoad(model);
  const classes = copy.layers.map((layer) => layer.getClassName());
  assert.ok(!classes.includes("StandardizedConv2D"), `${classes}`);
  tf.tidy(() => {
    const y = copy.predict(bitImages()) as tf.Tensor;
    assertNear(y, expectedOfBit("logits.timm"), 1e-5, "logits");
  });
  model.dispose();
  copy.dispose();
});

Deno.test("resnetv2() takes Google's epsilon and other formulas", async () => {
  await tf.setBackend("cpu");
  const formulas: [Partial<ResNetV2Options>, unknown][] = [
    [{}, { variant: "timm", epsilon: 1e-8, className: "RepairedConv2D" }],
    [{ epsilon: 1e-10 }, { variant: "timm", epsilon: 1e-10, className: "RepairedConv2D" }],
    [{ variant: "paper" }, { variant: "paper", epsilon: 1e-5, className: "RepairedConv2D" }],
  ];
  for (const [options, expected] of formulas) {
    const model = resnetv2({ ...tinyBit, ...options });
    assert.deepEqual(model.getLayer("stem.conv").getConfig()["standardization"], expected);
    model.dispose();
  }
});

Deno.test("resnetv2() throws when an option has no meaning", async () => {
  await tf.setBackend("cpu");
  const counts = [1, 1, 1, 1];
  const wrong: [Record<string, unknown>, string, RegExp][] = [
    [{ depth: 18 }, "RangeError", /depth must be one of 50, 101, 152, or .*: current value is 18$/],
    [{ depth: null }, "RangeError", /depth must be one of/],
    [{ depth: { counts: [1, 1] } }, "RangeError", /depth must be one of/],
    [{ depth: { counts: [1, 1, 1, 0] } }, "RangeError", /each of depth.counts must be an integer/],
    [{ depth: { counts, channels: [8, 8, 8, 9] } }, "RangeError", /quarter .*value is 2.25$/],
    [{ depth: { counts, stem: 0 } }, "RangeError", /depth.stem must be an integer >= 1/],
    [{ width: 0.5 }, "RangeError", /width must be an integer >= 1: current value is 0.5$/],
    [{ classes: 0 }, "RangeError", /classes must be an integer >= 1: current value is 0$/],
    [{ groups: 7 }, "RangeError", /groups .* 16/],
    [{ groups: 0 }, "RangeError", /groups must be an integer >= 1: current value is 0$/],
    [{ inputShape: [32, 32] }, "TypeError", /inputShape must be \[height, width, channels\]/],
    [{ variant: "other" }, "RangeError", /variant must be one of/],
    [{ epsilon: -1 }, "RangeError", /epsilon must be finite and >= 0: current value is -1$/],
    [{ seed: 0.5 }, "RangeError", /seed must be an integer: current value is 0.5$/],
  ];
  for (const [option, name, message] of wrong) {
    assert.throws(() => resnetv2({ ...tinyBit, ...option } as ResNetV2Options), { name, message });
  }
});
