import assert from "node:assert/strict";
import { encodeModel, loadModel, textsOf } from "../../../benchmarks/tasks/model_weights.ts";
import { readSafetensors } from "../../../src/models/safetensors.ts";
import { applyWeightStandardization, models, tf } from "../../../mod.ts";
import { forEachBackend } from "../../backends.ts";

/** A network of the suites' kind. */
function named(seed: number): tf.LayersModel {
  return models.resnet({
    depth: { block: "basic", counts: [1, 1, 1, 1] },
    width: 4,
    stem: "cifar",
    classes: 3,
    inputShape: [16, 16, 3],
    seed,
  });
}

/** A network whose layers TensorFlow.js numbers, each time anew. */
function unnamed(seed: number): tf.LayersModel {
  const kernelInitializer = tf.initializers.heNormal({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, kernelInitializer, inputShape: [16, 16, 3] }),
      tf.layers.batchNormalization(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 3, kernelInitializer }),
    ],
  });
}

/** Moves every weight, moving statistics too, as training does. */
function trained(model: tf.LayersModel): tf.LayersModel {
  model.weights.forEach((weight, i) =>
    tf.tidy(() => {
      const value = weight.read();
      weight.write(tf.add(value, tf.randomUniform(value.shape, 0.1, 0.3, "float32", i + 1)));
    })
  );
  return model;
}

async function logitsOf(model: tf.LayersModel): Promise<Float32Array> {
  const x = tf.randomNormal([2, 16, 16, 3], 0, 1, "float32", 5);
  const y = model.apply(x, { training: false }) as tf.Tensor;
  const values = await y.data<"float32">();
  tf.dispose([x, y]);
  return values;
}

for (const [kind, make] of Object.entries({ named, unnamed })) {
  forEachBackend(
    `encodeModel() and loadModel() give the same logits, bit by bit: ${kind} layers`,
    async () => {
      for (const isStandardized of [false, true]) {
        const [model, again] = [trained(make(1)), make(2)];
        if (isStandardized) [model, again].forEach((each) => applyWeightStandardization(each));
        const bytes = await encodeModel(model, { arm: "ws", step: "12" });
        const logits = await logitsOf(model);
        assert.notDeepEqual(await logitsOf(again), logits);
        loadModel(again, bytes);
        assert.deepEqual(await logitsOf(again), logits);
        assert.partialDeepStrictEqual(textsOf(bytes), {
          format_version: "1",
          arm: "ws",
          step: "12",
        });
        assert.deepEqual(await encodeModel(again, { arm: "ws", step: "12" }), bytes);
        [model, again].forEach((each) => each.dispose());
      }
    },
  );
}

Deno.test("encodeModel() files the suites' networks as PyTorch does, others by place", async () => {
  await tf.setBackend("cpu");
  const [one, other] = [named(1), unnamed(1)];
  const names = async (model: tf.LayersModel) => {
    return [...readSafetensors(await encodeModel(model, {})).tensors.keys()];
  };
  const torch = await names(one);
  for (const name of ["conv1.weight", "bn1.running_var", "fc.bias"]) {
    assert.ok(torch.includes(name), name);
  }
  const places = await names(other);
  assert.ok(places.includes("model/0/conv2d_Conv2D/kernel"), `${places}`);
  assert.ok(places.some((name) => name.endsWith("/moving_variance")));
  models.loadTorchWeights(one, await encodeModel(one, {}));
  [one, other].forEach((each) => each.dispose());
});

Deno.test("loadModel() refuses what is another model's, and changes nothing", async () => {
  await tf.setBackend("cpu");
  const plain = unnamed(1), standardized = unnamed(2), resnet = named(3);
  applyWeightStandardization(standardized);
  const before = await logitsOf(standardized);
  const bytes = await encodeModel(plain, {});
  const refused = (model: tf.LayersModel, file: Uint8Array, message: RegExp) =>
    assert.throws(() => loadModel(model, file), { name: "UsageError", message });
  refused(
    standardized,
    bytes,
    /^Cannot load weights as standardization must be .*, {}: the model has/,
  );
  refused(resnet, bytes, /^Cannot load weights as .* must be that of the file/);
  refused(plain, await encodeModel(resnet, {}), /^Cannot loadTorchWeights as /);
  refused(plain, bytes.subarray(0, 100), /^Cannot read safetensors/);
  const versioned = await encodeModel(plain, { format_version: "2" });
  refused(plain, versioned, /format_version must be 1: it is 2$/);
  assert.deepEqual(await logitsOf(standardized), before);
  [plain, standardized, resnet].forEach((each) => each.dispose());
});
