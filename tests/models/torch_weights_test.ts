import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  readSafetensors,
  type SafetensorsTensor,
  writeSafetensors,
} from "../../src/models/safetensors.ts";
import { encodeTorchWeights, saveTorchWeights } from "../../src/models/save_torch_weights.ts";
import { loadTorchWeights } from "../../src/models/load_torch_weights.ts";
import { applyWeightStandardization } from "../../src/standardization/apply.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import {
  expected,
  expectedTensor,
  expectedValues,
  torchFile,
  torchModels,
} from "./fixtures/torch_weights.ts";

const names = ["resnet", "deeplab"] as const;

/** A model with the weights of the file. */
function loaded(name: "resnet" | "deeplab"): tf.LayersModel {
  const model = torchModels[name]();
  loadTorchWeights(model, torchFile(name));
  return model;
}

/** A file with each entry changed, or left out. */
function changed(
  file: Uint8Array,
  change: (name: string, tensor: SafetensorsTensor) => [string, SafetensorsTensor] | undefined,
): Uint8Array {
  const { tensors, metadata } = readSafetensors(file);
  const entries = [...tensors].map(([name, tensor]) => change(name, tensor));
  return writeSafetensors({
    tensors: new Map(entries.filter((entry) => entry !== undefined)),
    metadata,
  });
}

/** Gradients of the mean cross entropy in training, by the weights' names. */
function gradients(model: tf.LayersModel, name: "resnet" | "deeplab"): tf.NamedTensorMap {
  const labels = Int32Array.from(expectedValues(`${name}.labels`));
  const { grads } = tf.variableGrads(() => {
    const logits = model.apply(expectedTensor(`${name}.image`), { training: true }) as tf.Tensor;
    const classes = logits.shape.at(-1)!;
    const oneHot = tf.oneHot(tf.tensor1d(labels, "int32"), classes);
    return tf.losses.softmaxCrossEntropy(oneHot, tf.reshape(logits, [-1, classes])) as tf.Scalar;
  });
  return grads;
}

for (const name of names) {
  forEachBackend(`loadTorchWeights() gives PyTorch's logits when the file is ${name}`, () => {
    const model = loaded(name);
    tf.tidy(() => {
      const y = model.predict(expectedTensor(`${name}.image`)) as tf.Tensor;
      assert.deepEqual(y.shape, expected(`${name}.logits`).shape);
      assertClose(y, expectedValues(`${name}.logits`), 1e-4);
    });
    model.dispose();
  });

  forEachBackend(`loadTorchWeights() gives PyTorch's gradients when the file is ${name}`, () => {
    const model = loaded(name);
    // The step's file has gradients in the weights' places, and moved statistics in their own.
    const step = torchModels[name]();
    loadTorchWeights(step, torchFile(`${name}_step`));
    tf.tidy(() => {
      const grads = gradients(model, name);
      assert.equal(Object.keys(grads).length, model.trainableWeights.length);
      for (const [index, weight] of model.weights.entries()) {
        const reference = step.weights[index]!.read().dataSync<"float32">();
        const actual = weight.trainable ? grads[weight.name]! : weight.read();
        const largest = reference.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        assertClose(actual, reference, 1e-3 * largest, weight.originalName);
      }
    });
    model.dispose();
    step.dispose();
  });

  forEachBackend(`loadTorchWeights() loads raw kernels when ${name} is standardized`, () => {
    const model = torchModels[name]();
    applyWeightStandardization(model);
    loadTorchWeights(model, torchFile(name));
    const { tensors } = readSafetensors(saveTorchWeights(model));
    assert.deepEqual(tensors, readSafetensors(torchFile(name)).tensors);
    tf.tidy(() => {
      const y = model.apply(expectedTensor(`${name}.image`), { training: true }) as tf.Tensor;
      // Batch norm over the two pooled values of a channel enlarges float32's rounding.
      assertClose(y, expectedValues(`${name}.standardized`), 1e-3);
    });
    model.dispose();
  });

  forEachBackend(`saveTorchWeights() writes PyTorch's bytes when the model is ${name}`, () => {
    const model = loaded(name);
    assert.deepEqual(saveTorchWeights(model), torchFile(name));
    model.dispose();
  });

  forEachBackend(
    `encodeTorchWeights() writes the same, and texts, when the model is ${name}`,
    async () => {
      const model = loaded(name);
      assert.deepEqual(await encodeTorchWeights(model), torchFile(name));
      const { metadata } = readSafetensors(await encodeTorchWeights(model, [["classes", "a, b"]]));
      assert.equal(metadata.get("classes"), "a, b");
      model.dispose();
    },
  );
}

Deno.test("loadTorchWeights() takes each kind of layer to PyTorch's layout", async () => {
  await tf.setBackend("cpu");
  const layers = [
    tf.layers.conv1d({ name: "line", filters: 4, kernelSize: 5, inputShape: [9, 3] }),
    tf.layers.conv3d({
      name: "volume",
      filters: 3,
      kernelSize: [1, 2, 3],
      inputShape: [3, 4, 5, 2],
    }),
    tf.layers.conv2dTranspose({
      name: "transposed",
      filters: 2,
      kernelSize: [2, 3],
      inputShape: [4, 5, 3],
    }),
    tf.layers.depthwiseConv2d({
      name: "depthwise",
      kernelSize: [2, 3],
      depthMultiplier: 2,
      inputShape: [5, 6, 3],
    }),
  ];
  for (const layer of layers) {
    const model = tf.sequential({ layers: [layer] });
    const file = changed(
      torchFile("layers"),
      (name, tensor) => name.startsWith(`${layer.name}.`) ? [name, tensor] : undefined,
    );
    loadTorchWeights(model, file);
    assert.deepEqual(saveTorchWeights(model), file);
    tf.tidy(() => {
      const y = model.predict(expectedTensor(`${layer.name}.input`)) as tf.Tensor;
      assertClose(y, expectedValues(`${layer.name}.output`), 1e-5, layer.name);
    });
    model.dispose();
  }
});

Deno.test("loadTorchWeights() takes the names that Composer and mmsegmentation write", async () => {
  await tf.setBackend("cpu");
  const model = torchModels.deeplab();
  const blank = saveTorchWeights(model);
  const file = torchFile("deeplab");
  const spellings: ((name: string) => string | undefined)[] = [
    (name) => `module.${name}`,
    (name) => name.replace(/^classifier\./, "decode_head."),
    (name) => name.endsWith(".num_batches_tracked") ? undefined : name,
  ];
  for (const spelling of spellings) {
    let different = 0;
    const spelt = changed(file, (name, tensor) => {
      const other = spelling(name);
      if (other !== name) different++;
      return other === undefined ? undefined : [other, tensor];
    });
    assert.ok(different > 20, `${spelling}: ${different} names`);
    loadTorchWeights(model, blank);
    loadTorchWeights(model, spelt);
    assert.deepEqual(saveTorchWeights(model), file, `${spelling}`);
  }
  model.dispose();
});

Deno.test("loadTorchWeights() converts when numbers are of another type", async () => {
  await tf.setBackend("cpu");
  const model = tf.sequential({
    layers: [tf.layers.dense({ name: "fc", units: 2, inputShape: [3], useBias: false })],
  });
  const weights = {
    F64: new Float64Array([1, 2, 3, 4, 5, 6.5]),
    I64: new BigInt64Array([1n, 2n, 3n, 4n, 5n, -6n]),
  };
  for (const [dtype, { buffer }] of Object.entries(weights)) {
    const tensor = { dtype, shape: [2, 3], bytes: new Uint8Array(buffer) };
    loadTorchWeights(
      model,
      writeSafetensors({ tensors: new Map([["fc.weight", tensor]]), metadata: new Map() }),
    );
    const last = dtype === "F64" ? 6.5 : -6;
    assertClose(model.weights[0]!.read(), [1, 4, 2, 5, 3, last], 0);
  }
  model.dispose();
});

forEachBackend("loadTorchWeights() lists all that differs, and loads nothing of it", () => {
  const model = torchModels.resnet();
  const before = saveTorchWeights(model);
  const tensors = tf.memory().numTensors;
  const file = changed(torchFile("resnet"), (name, tensor) => {
    const { bytes } = tensor;
    if (name === "conv1.weight" || name === "layer1.0.bn1.num_batches_tracked") return undefined;
    if (name === "fc.weight") return [name, { ...tensor, shape: [24, 7] }];
    if (name === "fc.bias") return [name, { ...tensor, dtype: "U32" }];
    if (name === "bn1.bias") return ["layer9.0.bn1.bias", tensor];
    if (name === "layer1.0.bn1.bias") return [name, { dtype: "F32", shape: [3, 1], bytes }];
    return [name, tensor];
  });
  assert.throws(() => loadTorchWeights(model, file), {
    name: "TypeError",
    message:
      "Cannot loadTorchWeights as the file's entries must be the model's weights, each in its " +
      "shape: nothing is loaded, 6 differ\n" +
      "missing: conv1.weight [3,3,7,7]\n" +
      "missing: bn1.bias [3]\n" +
      "misshapen: layer1.0.bn1.bias [3,1], must be [3]\n" +
      "misshapen: fc.weight [24,7], must be [7,24]\n" +
      "unreadable: fc.bias of U32, must be F32, F64, F16, BF16, I64\n" +
      "extra: layer9.0.bn1.bias [3]",
  });
  assert.deepEqual(saveTorchWeights(model), before);
  assert.equal(tf.memory().numTensors, tensors);
  model.dispose();
});

Deno.test("loadTorchWeights() throws when the file names a weight in two ways", async () => {
  await tf.setBackend("cpu");
  const model = torchModels.resnet();
  const { tensors, metadata } = readSafetensors(torchFile("resnet"));
  const twice = new Map([...tensors, ["module.fc.bias", tensors.get("fc.bias")!]]);
  assert.throws(() => loadTorchWeights(model, writeSafetensors({ tensors: twice, metadata })), {
    name: "TypeError",
    message: /1 differ\nrepeated: module\.fc\.bias is fc\.bias too$/,
  });
  model.dispose();
});

Deno.test("saveTorchWeights() throws when PyTorch has no such weight, or no such name", async () => {
  await tf.setBackend("cpu");
  const separable = tf.sequential({
    layers: [
      tf.layers.separableConv2d({
        name: "pair",
        filters: 2,
        kernelSize: 1,
        inputShape: [1, 1, 2],
      }),
    ],
  });
  assert.throws(() => saveTorchWeights(separable), {
    name: "TypeError",
    message:
      "Cannot name pair/pointwise_kernel as PyTorch does as a weight must be one of kernel, " +
      "depthwise_kernel, bias, gamma, beta, moving_mean, moving_variance, in a layer that PyTorch " +
      "has: its shape is [1,1,2,2]",
  });
  const dense = () => tf.layers.dense({ name: "same", units: 1, inputShape: [1] });
  const nested = tf.sequential({ layers: [tf.sequential({ layers: [dense()] }), dense()] });
  assert.throws(() => saveTorchWeights(nested), {
    name: "TypeError",
    message: "Cannot saveTorchWeights as names must be unique: two weights are same.weight",
  });
  for (const wrong of [undefined, null, {}, 3]) {
    assert.throws(() => loadTorchWeights(wrong as unknown as tf.LayersModel, new Uint8Array()), {
      name: "TypeError",
      message: /^Cannot loadTorchWeights as model must be a LayersModel or Sequential/,
    });
  }
  separable.dispose();
  nested.dispose();
});
