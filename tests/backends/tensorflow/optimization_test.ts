import assert from "node:assert/strict";
import { encodeOptimization } from "../../../src/backends/tensorflow/config.ts";
import { TensorFlowError } from "../../../src/backends/tensorflow/mod.ts";
import { deeplabv3plus, resnet } from "../../../src/models/mod.ts";
import { applyWeightStandardization } from "../../../src/standardization/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { crossEntropy, type Loss, segmentation } from "../../../src/training/losses.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

Deno.test("encodeOptimization() writes the ConfigProto of TensorFlow's own schema", () => {
  // ConfigProto { 10: GraphOptions { 10: RewriterConfig { 1: 2, 3: 2, 7: 2, 14: 2, 17: -1 } } }
  const rewriter = [0x08, 2, 0x18, 2, 0x38, 2, 0x70, 2, 0x88, 1, ...Array(9).fill(0xff), 1];
  const graph = [0x52, rewriter.length, ...rewriter];
  assert.deepEqual([...encodeOptimization()], [0x52, graph.length, ...graph]);
});

testOnTensorFlow("TensorFlow's optimizer runs on a captured step", (backend) => {
  // Outside of it, and before it did, the index out of range is an error.
  const step = (x: tf.Tensor, index: tf.Tensor) =>
    backend.runAfter(x, tf.gather(tf.tensor1d([5, 6]), index as tf.Tensor1D));
  const captured = capture(step), x = wave([3]), wrong = tf.scalar(2, "int32");
  assert.throws(() => tf.tidy(() => step(x, wrong)), TensorFlowError);
  // It takes the gather out of the step, as nothing needs its values.
  const same = captured(x, wrong);
  assert.deepEqual(same.dataSync(), x.dataSync());
  captured.dispose();
  tf.dispose([x, wrong, same]);
});

testOnTensorFlow(
  "a captured step is optimized at every call, not at the first alone",
  (backend) => {
    const { library } = backend.eager, set: Uint8Array[] = [];
    const watching = new Proxy(library, {
      get: (target, name: keyof typeof library) =>
        name !== "TFE_OpSetAttrString" ? target[name] : (
          ...args: Parameters<
            typeof library.TFE_OpSetAttrString
          >
        ) => {
          set.push(args[2] as Uint8Array);
          return target.TFE_OpSetAttrString(...args);
        },
    });
    const step = capture((x: tf.Tensor) => tf.square(x)), x = wave([3]);
    Object.assign(backend.eager, { library: watching });
    tf.dispose([step(x), step(x), step(x)]);
    Object.assign(backend.eager, { library });
    assert.deepEqual(set, Array(3).fill(encodeOptimization()));
    step.dispose();
    x.dispose();
  },
);

testOnTensorFlow("a captured step keeps NaN and ∞ where algebra would drop them", () => {
  const forms: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    "x − x": (x) => tf.sub(x, x),
    "x · 0": (x) => tf.mul(x, 0),
    "x · zeros": (x) => tf.mul(x, tf.zeros(x.shape)),
    "0 / x": (x) => tf.div(0, tf.mul(x, 0)),
    "x / x": (x) => tf.div(x, x),
    "2x + 3x − 5x": (x) => tf.sub(tf.add(tf.mul(x, 2), tf.mul(x, 3)), tf.mul(x, 5)),
    "a·x + a·y": (x) => tf.add(tf.mul(x, 3e38), tf.mul(tf.neg(x), 3e38)),
    "matMul(x, 0)": (x) => tf.matMul(tf.reshape(x, [1, -1]), tf.zeros([x.size, 2])),
    "mean · 0": (x) => tf.mul(tf.mean(x), tf.scalar(0)),
    "maximum(x, x)": (x) => tf.maximum(x, x),
    "batch norm, ReLU": (x) => {
      const map = tf.reshape(tf.concat([x, tf.ones([3])]), [-1, 1, 1, 1]) as tf.Tensor4D;
      return tf.sum(tf.relu(tf.sub(map, tf.mean(map))));
    },
  };
  for (const [name, form] of Object.entries(forms)) {
    const captured = capture((x: tf.Tensor) => form(x));
    for (const bad of [NaN, Infinity, -Infinity, 2]) {
      const x = tf.tensor1d([bad, 1]), actual = captured(x), expected = tf.tidy(() => form(x));
      const kinds = (values: tf.Tensor) => Array.from(values.dataSync(), Number.isNaN);
      assert.deepEqual(kinds(actual), kinds(expected), `${name} at ${bad}`);
      tf.dispose([x, actual, expected]);
    }
    captured.dispose();
  }
});

/** A network, one batch for it, and its loss. */
interface Case {
  model: tf.LayersModel;
  x: tf.Tensor;
  y: tf.Tensor;
  loss: Loss;
}

const cases: Record<string, () => Case> = {
  ResNet: () => ({
    model: resnet({
      classes: 4,
      inputShape: [16, 16, 3],
      depth: { block: "bottleneck", counts: [1, 1, 1, 1] },
      width: 4,
      seed: 0,
    }),
    x: wave([2, 16, 16, 3]),
    y: tf.tensor1d([0, 3], "int32"),
    loss: crossEntropy,
  }),
  "DeepLabv3+": () => ({
    model: deeplabv3plus({
      classes: 3,
      inputShape: [32, 32, 3],
      backbone: { depth: { block: "basic", counts: [1, 1, 1, 1] }, width: 4 },
      headChannels: 8,
      lowLevelChannels: 4,
      dropout: 0,
      seed: 0,
    }),
    x: wave([2, 32, 32, 3]),
    y: tf.zeros([2, 32, 32], "int32"),
    loss: segmentation(),
  }),
};

for (const [name, make] of Object.entries(cases)) {
  for (const standardized of [false, true]) {
    const what = standardized ? `${name} with WS` : name;
    testOnTensorFlow(`a diverged run is seen in a captured step: ${what}`, () => {
      const { model, x, y, loss } = make();
      if (standardized) applyWeightStandardization(model);
      const step = capture((x: tf.Tensor, y: tf.Tensor) => {
        const { value, grads } = tf.variableGrads(
          () => loss(y, model.apply(x, { training: true }) as tf.Tensor),
          model.trainableWeights.map((weight) => weight.read() as tf.Variable),
        );
        return [value, ...Object.values(grads).map((gradient) => tf.sum(gradient))];
      });
      const lossOf = () => {
        const outputs = step(x, y), [value = 0] = outputs[0]!.dataSync();
        tf.dispose(outputs);
        return value;
      };
      assert.ok(Number.isFinite(lossOf()));
      for (const weight of model.trainableWeights) {
        const variable = weight.read() as tf.Variable, sound = variable.clone();
        for (const bad of [NaN, Infinity]) {
          const values = sound.dataSync().slice();
          values[values.length >> 1] = bad; // of a kernel, in the central tap, which every map meets
          const broken = tf.tensor(values, sound.shape);
          variable.assign(broken);
          assert.ok(!Number.isFinite(lossOf()), `${weight.name} holds ${bad}`);
          broken.dispose();
        }
        variable.assign(sound);
        sound.dispose();
      }
      assert.ok(Number.isFinite(lossOf()));
      step.dispose();
      model.dispose();
      tf.dispose([x, y]);
    });
  }
}
