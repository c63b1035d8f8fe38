import assert from "node:assert/strict";
import { waitsOf } from "../../../src/backends/tensorflow/order.ts";
import { type TensorFlowBackend, TensorFlowError } from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnTensorFlow, variableOf, wave } from "./harness.ts";

/** The number itself, or an error with the message where it is not finite. */
function finite(backend: TensorFlowBackend, x: tf.Tensor, message: string): tf.Tensor {
  const attributes = { T: { type: "float32" }, message } as const;
  return backend.run("CheckNumerics", attributes, [x], 1)[0] as tf.Tensor;
}

/** Which of two numbers that are not finite fails a captured step, over twenty calls. */
function failures(step: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor): string[] {
  const found = new Set<string>(), captured = capture(step);
  const x = tf.scalar(NaN), y = tf.scalar(Infinity);
  for (let i = 0; i < 20; i++) {
    assert.throws(() => captured(x, y), (error: Error) => {
      found.add(/the (first|second) number/.exec(error.message)?.[0] ?? error.message);
      return error instanceof TensorFlowError;
    });
  }
  captured.dispose();
  tf.dispose([x, y]);
  return [...found];
}

testOnTensorFlow("runAfter() lets a part of a captured step wait for another", (backend) => {
  const found = failures((x, y) => {
    const guard = finite(backend, tf.exp(tf.log(y)), "the second number");
    return tf.add(finite(backend, backend.runAfter(x, guard), "the first number"), guard);
  });
  assert.deepEqual(found, ["the second number"]);
});

testOnTensorFlow("a kernel lets the library's ops wait, too", (backend) => {
  const found = failures((x, y) => {
    const after = finite(backend, tf.exp(tf.log(y)), "the second number");
    const inputs = { x, after };
    const same = tf.engine().runKernel("weight-standardization/run-after", inputs) as tf.Tensor;
    return tf.add(finite(backend, same, "the first number"), after);
  });
  assert.deepEqual(found, ["the second number"]);
});

testOnTensorFlow(
  "runAfter() returns the tensor, whatever its type, outside of a step",
  (backend) => {
    for (const x of [wave([2, 3]), tf.tensor1d([true, false], "bool"), tf.zeros([0, 4])]) {
      const after = tf.scalar(NaN), same = backend.runAfter(x, after);
      assert.deepEqual([same.shape, same.dtype], [x.shape, x.dtype]);
      assert.deepEqual(same.dataSync(), x.dataSync());
      x.dispose();
      same.dataSync(); // its own memory's owner
      tf.dispose([after, same]);
    }
  },
);

/** Nodes of 1 MiB each, in a row of ten that depend on nothing. */
const row = Array.from({ length: 10 }, () => ({ inputs: [] as number[], bytes: 2 ** 20 }));
const all = [...row.keys()];

Deno.test("waitsOf() lets a large node wait for the sixth large one before it", () => {
  assert.deepEqual(waitsOf(row, all), [[6, 0], [7, 1], [8, 2], [9, 3]]);
  const withSmall = row.map((node, i) => i === 3 ? { ...node, bytes: 2 ** 20 - 1 } : node);
  assert.deepEqual(waitsOf(withSmall, all), [[7, 0], [8, 1], [9, 2]]);
});

Deno.test("waitsOf() lets no node wait that takes a large output as late as that", () => {
  const [last, ...others] = [9, 8, 7, 6] as const;
  const nodes = row.map((node, i) => i === last ? { ...node, inputs: [3] } : node);
  assert.deepEqual(waitsOf(nodes, all).map(([waiting]) => waiting), others.toReversed());
  const early = row.map((node, i) => i === last ? { ...node, inputs: [2] } : node);
  assert.deepEqual(waitsOf(early, all).length, 4);
});

Deno.test("waitsOf() leaves out large sums over processes, and what is computed of them", () => {
  const bytes = 2 ** 20, sum = { inputs: [0], bytes, waitsForOthers: true };
  const update = { inputs: [8], bytes };
  const gradients = row.slice(0, 8);
  // Without the sum and the update, the last gradients are the seventh and the eighth of all.
  assert.deepEqual(waitsOf([...gradients, sum, update], all), [[6, 0], [7, 1]]);
  const small = { inputs: [0], bytes: 8, waitsForOthers: true };
  assert.deepEqual(waitsOf([...gradients, small, update], all), [[6, 0], [7, 1], [9, 2]]);
});

Deno.test("waitsOf() passes over nodes that nothing needs", () => {
  assert.deepEqual(waitsOf(row, [9, 0]), []);
  assert.deepEqual(waitsOf(row, all.filter((at) => at !== 4)), [[7, 0], [8, 1], [9, 2]]);
});

testOnTensorFlow("a step whose large parts wait computes the same", (backend) => {
  const { library } = backend.eager;
  let waits = 0;
  const counting = new Proxy(library, {
    get(target, name: keyof typeof library) {
      if (name === "TF_AddOperationControlInput") waits++;
      return target[name];
    },
  });
  const weights = Array.from({ length: 9 }, (_, i) => variableOf(wave([512, 520], i)));
  const x = wave([512]);
  const step = (x: tf.Tensor) => {
    for (const weight of weights) weight.assign(tf.add(tf.mul(weight, 0.5), x.reshape([512, 1])));
    return tf.addN(weights.map((weight) => tf.mean(weight)));
  };
  Object.assign(backend.eager, { library: counting });
  const captured = capture(step), actual = captured(x);
  Object.assign(backend.eager, { library });
  const values = weights.map((weight) => weight.dataSync().slice());
  weights.forEach((weight, i) => {
    const initial = wave([512, 520], i);
    weight.assign(initial);
    initial.dispose();
  });
  const expected = tf.tidy(() => step(x));
  assert.ok(waits > 0);
  assert.deepEqual(actual.dataSync(), expected.dataSync());
  values.forEach((value, i) => assert.deepEqual(value, weights[i]!.dataSync()));
  captured.dispose();
  tf.dispose([x, actual, expected, ...weights]);
});
