import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { loadPretrained } from "../../../src/models/pretrained/load_pretrained.ts";
import { resnetv2 } from "../../../src/models/resnetv2.ts";
import { bakeWeightStandardization } from "../../../src/standardization/apply.ts";
import { saveTorchWeights } from "../../../src/models/save_torch_weights.ts";
import { assertClose, forEachBackend } from "../../backends.ts";
import { expectedOfOthers, fileOfOthers } from "../fixtures/weights_of_others.ts";
import { bitFile, bitImages, expectedOfBit, tinyBit } from "../fixtures/bit.ts";

/** Fails unless the model gives the logits that PyTorch gave. */
function assertLogits(model: tf.LayersModel, name: string): void {
  tf.tidy(() => {
    const expected = expectedOfBit(name).dataSync();
    const y = model.predict(bitImages()) as tf.Tensor;
    assertClose(y, expected, 1e-5 * Math.max(...expected.map(Math.abs)), name);
  });
}

const transformersConfig = JSON.parse(new TextDecoder().decode(bitFile("transformers.json")));

forEachBackend("loadPretrained() reads timm's, transformers' and Google's files", async () => {
  const files = [
    ["timm", "timm.safetensors", { groups: 8 }],
    ["transformers", "transformers.safetensors", { config: transformersConfig }],
    ["google", "google.npz", { groups: 8 }],
  ] as const;
  for (const [layout, name, options] of files) {
    const pretrained = await loadPretrained(bitFile(name), options);
    assert.equal(pretrained.layout, layout);
    assert.equal(pretrained.classes, 5);
    assert.equal(pretrained.newHead, false);
    assert.deepEqual(pretrained.standardization, { variant: "timm", epsilon: 1e-8 });
    assertLogits(pretrained.model, `logits.${layout}`);
    pretrained.model.dispose();
  }
});

forEachBackend("loadPretrained() gives another number of classes a head of zeros", async () => {
  const { model, newHead, classes } = await loadPretrained(bitFile("timm.safetensors"), {
    groups: 8,
    classes: 3,
  });
  assert.deepEqual([newHead, classes], [true, 3]);
  const whole = resnetv2({ ...tinyBit, seed: 1 });
  tf.tidy(() => {
    assert.deepEqual((model.predict(bitImages()) as tf.Tensor).dataSync(), new Float32Array(6));
  });
  whole.dispose();
  model.dispose();
});

Deno.test("loadPretrained() reads bfloat16 of JAX, and takes a Blob and a buffer", async () => {
  await tf.setBackend("cpu");
  const bytes = bitFile("google_bfloat16.npz");
  for (const source of [bytes.buffer, new Blob([bytes])]) {
    const { model } = await loadPretrained(source, { groups: 8 });
    const { model: exact } = await loadPretrained(bitFile("google.npz"), { groups: 8 });
    tf.tidy(() => {
      const [near, kernel] = [model, exact].map((each) =>
        each.getLayer("head.fc").getWeights()[0]!.dataSync()
      ) as [Float32Array, Float32Array];
      // The upper half of each float32, whose lower half is cut off.
      const words = new Uint32Array(new Float32Array(kernel).buffer).map((word) =>
        word & 0xffff0000
      );
      assert.deepEqual(near, new Float32Array(words.buffer));
    });
    model.dispose();
    exact.dispose();
  }
});

forEachBackend(
  "loadPretrained() reads the authors' ResNet, and timm's StdConv2d with a deep stem",
  async () => {
    const authors = await loadPretrained(bitFile("authors.safetensors"), { groups: 2 });
    assert.deepEqual(authors.standardization, { variant: "paper", epsilon: 1e-5 });
    assertLogits(authors.model, "logits.authors");
    const formula = { variant: "timm", epsilon: 1e-6 } as const;
    const deep = await loadPretrained(bitFile("deep.safetensors"), { groups: 8, ...formula });
    assertLogits(deep.model, "logits.deep");
    authors.model.dispose();
    deep.model.dispose();
  },
);

for (const [name, count] of [["composer", 12], ["composer_part", 9]] as const) {
  forEachBackend(`loadPretrained() reads Composer's ResNet when the file is ${name}`, async () => {
    const { model, standardization } = await loadPretrained(fileOfOthers(`${name}.safetensors`));
    assert.equal(standardization, undefined, "as the file says");
    const classes = model.layers.map((layer) => layer.getClassName());
    assert.equal(classes.filter((each) => each === "StandardizedConv2D").length, count);
    tf.tidy(() => {
      const expected = expectedOfOthers(`${name}.logits`).dataSync();
      const y = model.predict(expectedOfOthers("image")) as tf.Tensor;
      assertClose(y, expected, 1e-4 * Math.max(...expected.map(Math.abs)));
    });
    model.dispose();
  });
}

Deno.test("loadPretrained() takes the formula that a file of ours says", async () => {
  await tf.setBackend("cpu");
  const bytes = saveTorchWeights(resnetv2({ ...tinyBit, variant: "paper", epsilon: 1e-4 }));
  const { standardization } = await loadPretrained(bytes, { groups: 8 });
  assert.deepEqual(standardization, { variant: "paper", epsilon: 1e-4 });
  const asked = await loadPretrained(bytes, { groups: 8, variant: "timm", epsilon: 1e-10 });
  assert.deepEqual(asked.standardization, { variant: "timm", epsilon: 1e-10 });
});

forEachBackend("loadPretrained() standardizes no baked model once more", async () => {
  const formulas = [
    {},
    { variant: "timm", epsilon: 1e-2 },
    { variant: "meanOnly" },
    { variant: "varianceOnly" },
  ] as const;
  for (const formula of formulas) {
    const { model } = await loadPretrained(bitFile("timm.safetensors"), { groups: 8, ...formula });
    bakeWeightStandardization(model);
    const copy = await loadPretrained(saveTorchWeights(model), { groups: 8 });
    assert.equal(copy.standardization, undefined);
    assert.match(copy.description, /, weight standardization baked into the kernels, /);
    tf.tidy(() => {
      const y = model.predict(bitImages()) as tf.Tensor;
      assertClose(copy.model.predict(bitImages()) as tf.Tensor, y.dataSync(), 0);
    });
    model.dispose();
    copy.model.dispose();
  }
});

Deno.test("loadPretrained() reads a baked ResNet of the authors' as it is", async () => {
  await tf.setBackend("cpu");
  const { model } = await loadPretrained(bitFile("authors.safetensors"), { groups: 2 });
  bakeWeightStandardization(model);
  const copy = await loadPretrained(saveTorchWeights(model), { groups: 2 });
  assert.equal(copy.standardization, undefined);
  assertLogits(copy.model, "logits.authors");
  model.dispose();
  copy.model.dispose();
});

Deno.test("loadPretrained() standardizes a baked model where it is asked to", async () => {
  await tf.setBackend("cpu");
  const { model } = await loadPretrained(bitFile("timm.safetensors"), { groups: 8 });
  bakeWeightStandardization(model);
  const options = { groups: 8, variant: "timm", epsilon: 1e-8 } as const;
  const { model: copy, standardization } = await loadPretrained(saveTorchWeights(model), options);
  assert.deepEqual(standardization, { variant: "timm", epsilon: 1e-8 });
  assert.equal(copy.getLayer("stem.conv").getConfig()["standardization"] !== undefined, true);
  model.dispose();
  copy.dispose();
});
