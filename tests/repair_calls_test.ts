import assert from "node:assert/strict";
import { callOrder } from "../src/call_order.ts";
import { repairCalls } from "../src/repair_calls.ts";
import * as tf from "../src/tf.ts";

repairCalls();

/** y = value x */
function times(name: string, value: number): tf.layers.Layer {
  const kernelInitializer = tf.initializers.constant({ value });
  return tf.layers.dense({ name, units: 1, useBias: false, kernelInitializer });
}

type Apply = (x: tf.SymbolicTensor) => tf.SymbolicTensor;

function applied(layer: tf.layers.Layer): Apply {
  return (x) => layer.apply(x) as tf.SymbolicTensor;
}

/** a's first call waits for b, which comes later in the file; its second does not. */
function crossed(first: tf.layers.Layer, second: tf.layers.Layer, name: string): tf.LayersModel {
  const [x, y] = ["x", "y"].map((input) => tf.input({ name: name + input, shape: [1] })) as [
    tf.SymbolicTensor,
    tf.SymbolicTensor,
  ];
  const [a, b] = [applied(first), applied(second)];
  const ab = a(b(x));
  const ba = b(a(y));
  return tf.model({ name, inputs: [x, y], outputs: [ba, ab, a(ba)] });
}

function outputsOf(model: tf.LayersModel): number[] {
  return tf.tidy(() => {
    const inputs = [tf.tensor2d([[1]]), tf.tensor2d([[3]])];
    return (model.predict(inputs) as tf.Tensor[]).map((y) => y.dataSync()[0]!);
  });
}

/** The model as it comes back. */
async function reloaded(model: tf.LayersModel): Promise<tf.LayersModel> {
  let kept: tf.io.ModelArtifacts = {};
  await model.save(tf.io.withSaveHandler((artifacts) => {
    kept = artifacts;
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
  }));
  return await tf.loadLayersModel(tf.io.fromMemory(kept));
}

Deno.test("a model of two shared layers that wait for each other is loaded as it was saved", async () => {
  await tf.setBackend("cpu");
  const model = crossed(times("a", 10), times("b", 100), "model");
  assert.deepEqual(outputsOf(model), [3000, 1000, 30000]);
  const once = await reloaded(model);
  assert.deepEqual(outputsOf(once), [3000, 1000, 30000]);
  const twice = await reloaded(once); // its own JSON has the calls in the order they were made in
  assert.deepEqual(outputsOf(twice), [3000, 1000, 30000]);
});

Deno.test("so is one that lies in another, and one of models", async () => {
  await tf.setBackend("cpu");
  const inner = crossed(times("a", 10), times("b", 100), "inner");
  const inputs = [1, 2].map((i) => tf.input({ name: `in${i}`, shape: [1] }));
  const outer = tf.model({ inputs, outputs: inner.apply(inputs) as tf.SymbolicTensor[] });
  assert.deepEqual(outputsOf(await reloaded(outer)), [3000, 1000, 30000]);
  // Models have a call of their own, so that others' begin with 1.
  const wrapped = (name: string, value: number) => {
    const x = tf.input({ name: `${name}_x`, shape: [1] });
    return tf.model({ name, inputs: x, outputs: applied(times(`${name}_d`, value))(x) });
  };
  const sequence = tf.sequential({ name: "b" });
  sequence.add(tf.layers.dense({
    name: "b_d",
    units: 1,
    useBias: false,
    inputShape: [1],
    kernelInitializer: tf.initializers.constant({ value: 100 }),
  }));
  const ofModels = crossed(wrapped("a", 10), sequence, "models");
  assert.deepEqual(outputsOf(ofModels), [3000, 1000, 30000]);
  assert.deepEqual(outputsOf(await reloaded(ofModels)), [3000, 1000, 30000]);
});

Deno.test("calls that can never be made are an error, where TensorFlow.js never ends", async () => {
  await tf.setBackend("cpu");
  const model = crossed(times("a", 10), times("b", 100), "model");
  const json = model.toJSON(undefined, false) as unknown as {
    config: { layers: { name: string; inbound_nodes: [string, number, number][][] }[] };
  };
  json.config.layers.find(({ name }) => name === "a")!.inbound_nodes[0]![0]![1] = 7;
  await assert.rejects(tf.models.modelFromJSON(json as unknown as tf.io.ModelJSON), {
    name: "TypeError",
    message: /^Cannot load the model model as its layers' calls must be a graph without circles/,
  });
});

Deno.test("callOrder() has no order of layers of which two have one name", () => {
  const layer = (name: string, ...inputs: string[]) => ({
    name,
    calls: [{ inputs: inputs.map((layer) => ({ layer, call: 0 })) }],
  });
  assert.equal(callOrder([layer("a"), layer("b", "a"), layer("b", "a")]), undefined);
  assert.deepEqual(callOrder([layer("a"), layer("b", "a")])?.get("b"), [0]);
});
