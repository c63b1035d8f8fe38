import assert from "node:assert/strict";
import { encodeOptimization } from "../../../src/backends/tensorflow/config.ts";
import { TensorFlowError } from "../../../src/backends/tensorflow/mod.ts";
import { resnet } from "../../../src/models/mod.ts";
import { applyWeightStandardization } from "../../../src/standardization/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { crossEntropy } from "../../../src/training/losses.ts";
import { sgd } from "../../../src/training/optimizers.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

Deno.test("encodeOptimization() writes the ConfigProto of TensorFlow's own schema", () => {
  // ConfigProto { 10: GraphOptions { 10: RewriterConfig { 1: 2, 3: 2, 4: 1, 7: 2, 14: 2, 17: -1 } } }
  const rewriter = [
    0x08,
    2,
    0x18,
    2,
    0x20,
    1,
    0x38,
    2,
    0x70,
    2,
    0x88,
    1,
    ...Array(9).fill(0xff),
    1,
  ];
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

testOnTensorFlow("a captured step does what it does beside its results, once a call", (backend) => {
  const path = Deno.makeTempFileSync(), created: tf.Variable[] = [];
  const step = capture((text: tf.Tensor, x: tf.Tensor) => {
    backend.run("WriteFile", {}, [tf.scalar(path), text], 0);
    const isSmall = tf.less(tf.max(x), 2);
    backend.run("Assert", { T: { type: ["float32"] }, summarize: { int: 3 } }, [isSmall, x], 0);
    if (created.length === 0) created.push(tf.variable(tf.mul(x, 2))); // by a function of its own
    return tf.add(x, created[0]!);
  });
  const call = (text: string, x: tf.Tensor) => tf.tidy(() => step(tf.scalar(text), x));
  const [small, large] = [tf.tensor1d([1, 0]), tf.tensor1d([1, 3])];
  for (const text of ["first", "second"]) {
    const sum = call(text, small);
    assert.equal(Deno.readTextFileSync(path), text);
    assert.deepEqual([...sum.dataSync()], [3, 0]);
    sum.dispose();
  }
  assert.throws(() => call("third", large), {
    name: "TensorFlowError",
    message: /assertion failed/,
  });
  step.dispose();
  tf.dispose([small, large, ...created]);
  Deno.removeSync(path);
});

testOnTensorFlow("a captured step sums large tensors in their order", () => {
  // Grappler's memory optimization begins where a step takes 0.8 of 256 MiB.
  const x = wave([3_000, 1]), y = wave([4_000], 1);
  const step = (x: tf.Tensor, y: tf.Tensor) =>
    tf.addN([1, 3, 0.1, 1e3, 7].map((factor) => tf.mul(tf.mul(x, factor), tf.add(y, factor))));
  const captured = capture(step), expected = tf.tidy(() => step(x, y));
  for (let call = 0; call < 4; call++) {
    const actual = captured(x, y);
    const differ = tf.tidy(() => tf.sum(tf.notEqual(actual, expected).toInt()).dataSync()[0]);
    assert.equal(differ, 0, `call ${call}`);
    actual.dispose();
  }
  captured.dispose();
  tf.dispose([x, y, expected]);
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

/** Losses and weights of three steps of a small ResNet with WS, with the library's own optimizer. */
function trained(captured: boolean): Float32Array[] {
  const model = resnet({
    classes: 4,
    inputShape: [16, 16, 3],
    depth: { block: "bottleneck", counts: [1, 1, 1, 1] },
    width: 8,
    seed: 1,
  });
  applyWeightStandardization(model);
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 });
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  optimizer.build(variables);
  const step = (x: tf.Tensor, y: tf.Tensor) => {
    const loss = () => crossEntropy(y, model.apply(x, { training: true }) as tf.Tensor);
    return optimizer.minimize(loss, true, variables) as tf.Scalar;
  };
  const recorded = capture(step), x = wave([4, 16, 16, 3]), y = tf.tensor1d([0, 3, 1, 2], "int32");
  const values = [1, 2, 3].map(() => {
    const loss = captured ? recorded(x, y) : step(x, y), value = loss.dataSync<"float32">();
    loss.dispose();
    return value;
  });
  values.push(...model.weights.map((weight) => weight.read().dataSync<"float32">().slice()));
  recorded.dispose();
  optimizer.dispose();
  model.dispose();
  tf.dispose([x, y]);
  return values;
}

testOnTensorFlow("captured steps of a network have every digit of the steps themselves", () => {
  const expected = trained(false), actual = trained(true);
  actual.forEach((values, i) => { // an assertion's list of thousands of differences takes minutes
    const differ = values.reduce((sum, value, k) => sum + (value === expected[i]![k] ? 0 : 1), 0);
    assert.equal(differ, 0, `${differ} of ${values.length} numbers of part ${i} differ`);
  });
});
