import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  applyWeightStandardization,
  bakeWeightStandardization,
  capture,
  foldBatchNormalization,
  layers,
  models,
} from "../../mod.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { type FixtureTensor, toTensor } from "../fixtures/pytorch.ts";
import { saveAndLoad } from "../layers/roundtrip.ts";
import folded from "./fixtures/folded.json" with { type: "json" };

const { batchNormalization } = tf.layers;

/** First values that no term of the fold may overlook. */
const drawn = (seed: number) => tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed });

const unusual = {
  betaInitializer: drawn(2),
  gammaInitializer: drawn(3),
  movingMeanInitializer: drawn(4),
  movingVarianceInitializer: drawn(5),
};

function predictions(model: tf.LayersModel, x: tf.Tensor): Float32Array {
  return tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync<"float32">().slice());
}

/** Folds a model, and fails unless it computes what it did; returns what was folded. */
function foldUnchanged(model: tf.LayersModel, tolerance = 1e-5): string[] {
  const shape = model.inputs[0]!.shape.map((extent) => extent ?? 2);
  const x = tf.randomNormal(shape, 0, 1, "float32", 7);
  const before = predictions(model, x);
  const names = foldBatchNormalization(model);
  const scale = Math.max(...before.map(Math.abs));
  assert.ok(scale > 0 && scale < Infinity, `${scale}`);
  assertClose(predictions(model, x), before, tolerance * scale);
  x.dispose();
  return names;
}

const args = { filters: 4, kernelSize: 3, biasInitializer: drawn(1) };
const depthwise = { kernelSize: 3, depthMultiplier: 2, biasInitializer: drawn(1) };

/** Every kind of convolution that is folded into, stock and of this library. */
const convolutions: Record<string, (useBias: boolean) => [tf.layers.Layer, tf.Shape]> = {
  conv1d: (useBias) => [tf.layers.conv1d({ ...args, useBias }), [9, 3]],
  conv2d: (useBias) => [tf.layers.conv2d({ ...args, useBias }), [9, 9, 3]],
  depthwiseConv2d: (useBias) => [
    tf.layers.depthwiseConv2d({ ...depthwise, useBias }),
    [9, 9, 3],
  ],
  separableConv2d: (useBias) => [tf.layers.separableConv2d({ ...args, useBias }), [9, 9, 3]],
  standardizedConv1d: (useBias) => [layers.standardizedConv1d({ ...args, useBias }), [9, 3]],
  standardizedConv2d: (useBias) => [layers.standardizedConv2d({ ...args, useBias }), [9, 9, 3]],
  standardizedConv2dTranspose: (useBias) => [
    layers.standardizedConv2dTranspose({ ...args, useBias }),
    [9, 9, 3],
  ],
  standardizedDepthwiseConv2d: (useBias) => [
    layers.standardizedDepthwiseConv2d({ ...depthwise, useBias }),
    [9, 9, 3],
  ],
};

for (const [kind, make] of Object.entries(convolutions)) {
  forEachBackend(`foldBatchNormalization() keeps the outputs after ${kind}`, () => {
    for (const useBias of [true, false]) {
      for (const norm of [batchNormalization, layers.batchNormalization]) {
        const [convolution, inputShape] = make(useBias);
        const model = tf.sequential();
        model.add(tf.layers.inputLayer({ inputShape: inputShape as number[] }));
        [convolution, norm({ name: "norm", ...unusual }), tf.layers.reLU()].forEach((layer) =>
          model.add(layer)
        );
        bakeWeightStandardization(model);
        const weights = model.weights.length;
        assert.deepEqual(foldUnchanged(model), ["norm"]);
        assert.equal(model.weights.length, weights - 4 + (useBias ? 0 : 1));
        assert.deepEqual(foldUnchanged(model), [], "again");
        model.dispose();
      }
    }
  });
}

forEachBackend("foldBatchNormalization() does without scale and centre, under constraints", () => {
  for (const [scale, center] of [[false, true], [true, false], [false, false]] as const) {
    const constraint = { kernelConstraint: "maxNorm", biasConstraint: "nonNeg" } as const;
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ ...args, ...constraint, inputShape: [9, 9, 3] }),
        batchNormalization({ name: "norm", scale, center, ...unusual }),
      ],
    });
    assert.deepEqual(foldUnchanged(model), ["norm"]);
    model.dispose();
  }
});

forEachBackend("foldBatchNormalization() folds along the channels, wherever they are", () => {
  for (const [axis, expected] of [[1, ["norm"]], [-3, ["norm"]], [-1, []]] as const) {
    const conv = layers.standardizedConv2d({
      ...args,
      dataFormat: "channelsFirst",
      inputShape: [3, 9, 9],
    });
    const model = tf.sequential({
      layers: [conv, batchNormalization({ name: "norm", axis, ...unusual })],
    });
    bakeWeightStandardization(model);
    assert.deepEqual(foldUnchanged(model), expected);
    model.dispose();
  }
});

/** Models in which a fold would change what is computed. */
const illegal: Record<string, () => tf.LayersModel> = {
  "an activation stands between": () =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({ ...args, activation: "relu", inputShape: [9, 9, 3] }),
        batchNormalization(unusual),
      ],
    }),
  "something else uses the convolution": () => {
    const input = tf.input({ shape: [9, 9, 3] });
    const y = tf.layers.conv2d(args).apply(input) as tf.SymbolicTensor;
    const z = batchNormalization(unusual).apply(y) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: tf.layers.add().apply([y, z]) as tf.SymbolicTensor });
  },
  "the convolution is an output": () => {
    const input = tf.input({ shape: [9, 9, 3] });
    const y = tf.layers.conv2d(args).apply(input) as tf.SymbolicTensor;
    const z = batchNormalization(unusual).apply(y) as tf.SymbolicTensor;
    const inner = tf.model({ inputs: input, outputs: [y, z] });
    const outer = tf.input({ shape: [9, 9, 3] });
    const both = inner.apply(outer) as tf.SymbolicTensor[];
    return tf.model({ inputs: outer, outputs: tf.layers.add().apply(both) as tf.SymbolicTensor });
  },
  "the convolution is called twice": () => {
    const input = tf.input({ shape: [9, 9, 4] });
    const conv = tf.layers.conv2d({ ...args, padding: "same" });
    const once = conv.apply(input) as tf.SymbolicTensor;
    const y = conv.apply(tf.layers.reLU().apply(once)) as tf.SymbolicTensor;
    const z = batchNormalization(unusual).apply(y) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: z });
  },
  "the normalization is called twice": () => {
    const input = tf.input({ shape: [9, 9, 4] });
    const norm = batchNormalization(unusual);
    const y = norm.apply(tf.layers.conv2d(args).apply(input)) as tf.SymbolicTensor;
    const z = norm.apply(tf.layers.reLU().apply(y)) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: z });
  },
  "it is another normalization": () =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({ ...args, inputShape: [9, 9, 3] }),
        layers.batchChannelNormalization({ groups: 2 }),
      ],
    }),
};

for (const [why, make] of Object.entries(illegal)) {
  forEachBackend(`foldBatchNormalization() leaves a model alone where ${why}`, () => {
    const model = make();
    assert.deepEqual(foldUnchanged(model, 0), []);
    model.weights.forEach((weight) => weight.dispose()); // a model leaves shared layers theirs
  });
}

forEachBackend("foldBatchNormalization() folds this library's networks, captured too", () => {
  const head = { headChannels: 4, lowLevelChannels: 4, dilations: [1, 2], classes: 3 };
  const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
  const model = models.deeplabv3plus({
    ...head,
    backbone: { depth, width: 4 },
    inputShape: [32, 32, 3],
    seed: 1,
  });
  applyWeightStandardization(model);
  bakeWeightStandardization(model);
  const all = model.layers.filter((layer) => layer.getClassName() === "TorchBatchNormalization");
  const names = all.map(({ name }) => name);
  tf.tidy(() => {
    const x = tf.randomNormal([3, 32, 32, 3], 0, 1, "float32", 7);
    void model.apply(x, { training: true }); // statistics other than 0 and 1
    const before = predictions(model, x);
    assert.deepEqual(foldBatchNormalization(model).toSorted(), names.toSorted());
    const scale = Math.max(...before.map(Math.abs));
    const predict = capture((x: tf.Tensor) => model.predict(x) as tf.Tensor);
    // 26 convolutions deep, each rounding adds up.
    for (let call = 0; call < 3; call++) assertClose(predict(x), before, 5e-5 * scale);
    predict.dispose();
  });
  model.dispose();
});

forEachBackend("foldBatchNormalization() folds in nested models, and survives saving", async () => {
  const inner = tf.sequential({
    layers: [
      tf.layers.conv2d({ ...args, useBias: false, inputShape: [9, 9, 3] }),
      batchNormalization({ name: "inner", ...unusual }),
    ],
  });
  const input = tf.input({ shape: [9, 9, 3] });
  const y = tf.layers.conv2d(args).apply(inner.apply(input)) as tf.SymbolicTensor;
  const z = batchNormalization({ name: "outer", ...unusual }).apply(y) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: z });
  assert.deepEqual(foldUnchanged(model).toSorted(), ["inner", "outer"]);
  const loaded = await saveAndLoad(model);
  const x = tf.randomNormal([2, 9, 9, 3], 0, 1, "float32", 7);
  assertClose(predictions(loaded, x), predictions(model, x), 0);
  assert.equal(loaded.getLayer("outer").getClassName(), "Activation");
  [model, loaded, x].forEach((made) => made.dispose());
});

interface FoldedCase {
  kind: string;
  kernel: FixtureTensor;
  bias: FixtureTensor | null;
  epsilon: number;
  normalization: FixtureTensor[];
  folded: { kernel: FixtureTensor; bias: FixtureTensor };
}

for (const reference of folded.cases as FoldedCase[]) {
  const { kind, kernel, bias, epsilon } = reference;
  const what = `${kind} with${bias === null ? "out" : ""} bias`;
  forEachBackend(`foldBatchNormalization() makes PyTorch's kernel and bias: ${what}`, () => {
    const shared = { kernelSize: 3, useBias: bias !== null };
    const make = {
      dense: () => tf.layers.conv2d({ ...shared, filters: 4 }),
      depthwise: () => tf.layers.depthwiseConv2d({ ...shared, depthMultiplier: 2 }),
      transposed: () => layers.standardizedConv2dTranspose({ ...shared, filters: 4 }),
    }[kind]!;
    const convolution = make();
    const model = tf.sequential();
    model.add(tf.layers.inputLayer({ inputShape: [5, 5, 3] }));
    model.add(convolution);
    model.add(batchNormalization({ epsilon }));
    bakeWeightStandardization(model);
    tf.tidy(() => {
      const weights = [kernel, ...(bias === null ? [] : [bias]), ...reference.normalization];
      model.setWeights(weights.map((weight) => toTensor(weight)));
      foldBatchNormalization(model);
      const [foldedKernel, foldedBias] = convolution.getWeights();
      assertClose(foldedKernel!, reference.folded.kernel.values, 1e-5, "kernel");
      assertClose(foldedBias!, reference.folded.bias.values, 1e-5, "bias");
    });
    model.dispose();
  });
}

forEachBackend("foldBatchNormalization() says what it cannot fold", () => {
  const standardized = tf.sequential({
    layers: [
      layers.standardizedConv2d({ ...args, name: "first", inputShape: [9, 9, 3] }),
      batchNormalization({ name: "norm" }),
    ],
  });
  assert.throws(() => foldBatchNormalization(standardized), {
    name: "TypeError",
    message:
      "Cannot foldBatchNormalization as what is before norm must be plain: current value is " +
      "first, which is standardized; call bakeWeightStandardization first",
  });
  assert.throws(() => foldBatchNormalization({} as tf.LayersModel), {
    name: "TypeError",
    message: /model must be a LayersModel or Sequential/,
  });
  standardized.dispose();
});
