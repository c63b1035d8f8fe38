import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  applyWeightStandardization,
  removeWeightStandardization,
  standardizedConv2d,
  standardizeWeights,
} from "../../mod.ts";
import { convolutionsInExecutionOrder } from "../../src/standardization/execution_order.ts";
import { assertClose, forEachBackend } from "../backends.ts";

/** What is printed by console.warn while `body` runs. */
function warnings(body: () => void): string[] {
  const seen: string[] = [];
  const warn = console.warn;
  console.warn = (text: string) => seen.push(text);
  try {
    body();
  } finally {
    console.warn = warn;
  }
  return seen;
}

const conv = (name: string, filters = 4) =>
  tf.layers.conv2d({ name, filters, kernelSize: 3, padding: "same", useBias: false });

/** Two branches that meet: TensorFlow.js would run the second one first. */
function branched(): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 3] });
  const first = conv("first").apply(input) as tf.SymbolicTensor;
  const a2 = conv("a2").apply(conv("a1").apply(first)) as tf.SymbolicTensor;
  const b = conv("b").apply(first) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([a2, b]) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: conv("last", 2).apply(sum) as tf.SymbolicTensor });
}

const order = (model: tf.LayersModel) =>
  convolutionsInExecutionOrder(model).layers.map(({ name }) => name);

forEachBackend("applyWeightStandardization() takes the order of execution", () => {
  const model = branched();
  assert.deepEqual(order(model), ["first", "a1", "a2", "b", "last"]);
  const applied = applyWeightStandardization(model, { nLastLayersIgnore: 2 });
  assert.deepEqual(applied, {
    count: 3,
    standardized: ["first", "a1", "a2"],
    ignored: ["b", "last"],
  });
  model.dispose();
});

forEachBackend("applyWeightStandardization() makes the model use standardized kernels", () => {
  const model = branched();
  const before = model.getWeights().map((weight) => weight.arraySync());
  const twin = branched();
  twin.setWeights(model.getWeights());
  applyWeightStandardization(model);
  assert.deepEqual(model.getWeights().map((weight) => weight.arraySync()), before, "raw kernels");
  tf.tidy(() => {
    twin.setWeights(twin.getWeights().map((kernel) => standardizeWeights(kernel)));
    const x = tf.randomNormal([2, 8, 8, 3], 0, 1, "float32", 1);
    const expected = (twin.predict(x) as tf.Tensor).dataSync<"float32">();
    // Of five layers, the outputs are in the thousands.
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    assertClose(model.predict(x) as tf.Tensor, expected, 2e-6 * largest);
    removeWeightStandardization(model);
    twin.setWeights(model.getWeights());
    assertClose(model.predict(x) as tf.Tensor, (twin.predict(x) as tf.Tensor).dataSync(), 0);
  });
  [model, twin].forEach((made) => made.dispose());
});

forEachBackend("applyWeightStandardization() trains the raw kernels through the formula", () => {
  const model = tf.sequential({
    layers: [tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 3] })],
  });
  applyWeightStandardization(model);
  tf.tidy(() => {
    const kernel = model.layers[0]!.getWeights()[0]! as tf.Tensor4D;
    const x = tf.randomNormal<tf.Rank.R4>([2, 6, 6, 3], 0, 1, "float32", 1);
    const loss = (y: tf.Tensor) => tf.sum(tf.square(tf.sub(y, 1))) as tf.Scalar;
    const raw = model.trainableWeights[0]!.read() as tf.Variable;
    const { grads } = tf.variableGrads(() => loss(model.apply(x) as tf.Tensor), [raw]);
    const expected = tf.grad((w: tf.Tensor) =>
      loss(standardizedConv2d(x, w as tf.Tensor4D, 1, "valid"))
    )(kernel);
    assertClose(grads[raw.name]!, expected.dataSync(), 1e-3);
  });
  model.dispose();
});

forEachBackend("applyWeightStandardization() changes nothing when applied twice, and warns", () => {
  const model = branched();
  const first = applyWeightStandardization(model, { nLastLayersIgnore: 1 });
  let second: unknown;
  const seen = warnings(() => {
    second = applyWeightStandardization(model, { nLastLayersIgnore: 1 });
  });
  assert.deepEqual(second, first);
  assert.match(seen.join(), /4 layers are standardized already/);
  assert.throws(() => applyWeightStandardization(model, { variant: "paper" }), {
    name: "RangeError",
    message: /first is standardized already, by composer with epsilon 1e-10, not paper/,
  });
  assert.deepEqual(removeWeightStandardization(model), ["first", "a1", "a2", "b"]);
  assert.deepEqual(removeWeightStandardization(model), []);
  model.dispose();
});

forEachBackend("applyWeightStandardization() finds nested, shared and wrapped layers", () => {
  const first = tf.layers.inputLayer({ inputShape: [8, 8, 3] });
  const inner = tf.sequential({ layers: [first, conv("inner1"), conv("inner2")] });
  const shared = conv("shared");
  const input = tf.input({ shape: [3, 8, 8, 3] });
  const wrapped = tf.layers.timeDistributed({ layer: inner as unknown as tf.layers.Layer });
  const frames = wrapped.apply(input) as tf.SymbolicTensor;
  const wrappedShared = tf.layers.timeDistributed({ layer: shared });
  const twice = [1, 2].map(() => wrappedShared.apply(frames) as tf.SymbolicTensor);
  const output = tf.layers.add().apply(twice) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  const { standardized } = applyWeightStandardization(model);
  assert.deepEqual(standardized, ["inner1", "inner2", "shared"]);
  tf.disposeVariables(); // a TimeDistributed model does not dispose of all that it wraps
});

forEachBackend("applyWeightStandardization() takes a nested model in its place", () => {
  const input = tf.input({ shape: [8, 8, 3] });
  const nested = branched();
  const before = conv("before", 3).apply(input) as tf.SymbolicTensor;
  const output = conv("after").apply(nested.apply(before) as tf.SymbolicTensor);
  const model = tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
  assert.deepEqual(order(model), ["before", "first", "a1", "a2", "b", "last", "after"]);
  model.dispose();
});

forEachBackend("applyWeightStandardization() standardizes each convolution layer of tf", () => {
  const input = tf.input({ shape: [8, 8, 4] });
  const layers = [
    tf.layers.depthwiseConv2d({ name: "depthwise", kernelSize: 3 }),
    tf.layers.separableConv2d({ name: "separable", filters: 4, kernelSize: 3 }),
    tf.layers.conv2dTranspose({ name: "transposed", filters: 4, kernelSize: 3 }),
    tf.layers.reshape({ targetShape: [6, 6, 4, 1] }),
    tf.layers.conv3d({ name: "conv3d", filters: 2, kernelSize: 3 }),
    tf.layers.reshape({ targetShape: [16, 4] }),
    tf.layers.conv1d({ name: "conv1d", filters: 2, kernelSize: 3 }),
  ];
  const outputs = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
  const model = tf.model({ inputs: input, outputs });
  const x = tf.randomNormal([1, 8, 8, 4], 0, 1, "float32", 3);
  const expected = tf.tidy(() => {
    const twin = model.getWeights().map((kernel) => kernel.clone());
    const names = model.weights.map(({ name }) => name);
    const standardized = twin.map((weight, i) =>
      /kernel/.test(names[i]!) && !/transposed/.test(names[i]!)
        ? standardizeWeights(weight, { depthwise: /depthwise_kernel/.test(names[i]!) })
        : weight
    );
    model.setWeights(standardized);
    const y = (model.predict(x) as tf.Tensor).dataSync();
    model.setWeights(twin);
    return y;
  });
  const { standardized } = applyWeightStandardization(model);
  assert.deepEqual(standardized, ["depthwise", "separable", "conv3d", "conv1d"]);
  tf.tidy(() => assertClose(model.predict(x) as tf.Tensor, expected, 1e-3));
  x.dispose();
  model.dispose();
});

forEachBackend("applyWeightStandardization() survives save and load", async () => {
  const model = branched();
  applyWeightStandardization(model, { nLastLayersIgnore: 1, variant: "timm" });
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({
      modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" },
    });
  }));
  const classNames = JSON.stringify(saved!.modelTopology).match(/StandardizedConv2D/g);
  assert.equal(classNames?.length, 4);
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
  tf.tidy(() => {
    const x = tf.randomNormal([2, 8, 8, 3], 0, 1, "float32", 1);
    const expected = (model.predict(x) as tf.Tensor).dataSync();
    assertClose(loaded.predict(x) as tf.Tensor, expected, 0);
  });
  assert.deepEqual(removeWeightStandardization(loaded), ["first", "a1", "a2", "b"]);
  assert.equal(loaded.getLayer("a1").getClassName(), "Conv2D");
  [model, loaded].forEach((made) => made.dispose());
});

/** A custom layer with two convolutions inside, as users write them. */
class Pair extends tf.layers.Layer {
  static className = "TestPair";
  readonly inside = [conv("inside1"), conv("inside2")];
  override build(shape: tf.Shape): void {
    this.inside.reduce((shape, layer) => {
      layer.build(shape);
      return layer.computeOutputShape(shape) as tf.Shape;
    }, shape);
    this.built = true;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return this.inside.reduce((y, layer) => layer.apply(y) as tf.Tensor, x);
  }
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [...shape.slice(0, -1), 4];
  }
}

forEachBackend("applyWeightStandardization() warns of custom layers if layers are ignored", () => {
  const pair = new Pair({ name: "pair" });
  const model = tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [8, 8, 3] }), pair],
  });
  const seen = warnings(() => {
    const { standardized, ignored } = applyWeightStandardization(model, { nLastLayersIgnore: 1 });
    assert.deepEqual([standardized, ignored], [["inside1"], ["inside2"]]);
  });
  assert.match(seen.join(), /order inside of pair is not known/);
  removeWeightStandardization(model);
  assert.deepEqual(warnings(() => applyWeightStandardization(model)), []);
  model.dispose();
  pair.inside.forEach((layer) => tf.dispose(layer.weights.map((weight) => weight.read())));
});

forEachBackend("applyWeightStandardization() warns when there is nothing to standardize", () => {
  const dense = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  const none = warnings(() => assert.equal(applyWeightStandardization(dense).count, 0));
  assert.match(none.join(), /no convolutions/);
  const model = branched();
  const all = warnings(() => {
    assert.equal(applyWeightStandardization(model, { nLastLayersIgnore: 9 }).count, 0);
  });
  assert.match(all.join(), /all 5 convolutions are ignored/);
  [dense, model].forEach((made) => made.dispose());
});

forEachBackend("applyWeightStandardization() throws when an argument is wrong", () => {
  const model = branched();
  const wrong = (options: Record<string, unknown>, message: RegExp) =>
    assert.throws(() => applyWeightStandardization(model, options), {
      name: "RangeError",
      message,
    });
  wrong({ nLastLayersIgnore: -1 }, /nLastLayersIgnore must be an integer >= 0: .* -1/);
  wrong({ nLastLayersIgnore: 1.5 }, /1.5/);
  wrong({ variant: "nfnet" }, /one of composer/);
  wrong({ epsilon: -1 }, /epsilon/);
  wrong(
    { nLastLayersIgnored: 1 },
    /options must be an object of nLastLayersIgnore, .*: .* nLastLayersIgnored/,
  );
  assert.throws(() => applyWeightStandardization({} as tf.LayersModel), {
    name: "TypeError",
    message: /LayersModel or Sequential/,
  });
  assert.deepEqual(removeWeightStandardization(model), []);
  model.dispose();
});
