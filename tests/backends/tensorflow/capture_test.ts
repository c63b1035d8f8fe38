import assert from "node:assert/strict";
import {
  OutOfMemoryError,
  type TensorFlowBackend,
  TensorFlowError,
} from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnTensorFlow, variableOf, wave } from "./harness.ts";

testOnTensorFlow("capture() records ops that take lists, also empty ones", (backend) => {
  const body = (a: tf.Tensor, b: tf.Tensor) =>
    tf.tidy(() => ({
      concat: tf.concat([a, b, a], 1),
      stack: tf.stack([a, b]),
      addN: tf.addN([a, b, b]),
      split: tf.split(a, [1, 2], 1),
      einsum: tf.einsum("ij,kj->ik", a, b),
      empty: backend.run("StringFormat", { T: { type: [] }, template: "none" }, [], 1),
      pair: backend.run("IdentityN", { T: { type: ["float32", "float32"] } }, [a, b], 2),
      gather: tf.gather(a, tf.tensor1d([1, 0], "int32")),
    }));
  const step = capture(body);
  const a = wave([2, 3]), b = wave([2, 3], 1);
  const actual = [step(a, b), step(b, a)], expected = [body(a, b), body(b, a)];
  const plain = (results: typeof actual) =>
    results.map((result) => Object.values(result).flat().map((tensor) => tensor.arraySync()));
  assert.deepEqual(plain(actual), plain(expected));
  tf.dispose([a, b]);
  tf.dispose([actual, expected] as tf.TensorContainer);
  step.dispose();
});

/** Steps that cannot be captured, and what the error must say. */
const REFUSED: Record<string, [(x: tf.Tensor, backend: TensorFlowBackend) => unknown, RegExp]> = {
  "runs a random operation of TensorFlow's own": [
    (_, backend) => {
      const types = { dtype: { type: "float32" }, T: { type: "int32" } } as const;
      return backend.run("RandomUniform", types, [tf.tensor1d([4], "int32")], 1);
    },
    /Cannot capture TensorFlow's RandomUniform/,
  ],
  "has a result whose shape depends on values": [
    (x, backend) => backend.run("Where", { T: { type: "float32" } }, [x], 1),
    /Cannot capture Where as the shape of its result depends on values/,
  ],
};

for (const [name, [body, message]] of Object.entries(REFUSED)) {
  testOnTensorFlow(`capture() throws and changes nothing when the step ${name}`, (backend) => {
    const x = wave([4]), weight = variableOf(tf.scalar(1)), random = Math.random;
    const step = capture((input: tf.Tensor) => {
      weight.assign(tf.mul(weight, 2));
      return body(input, backend) as tf.Tensor;
    });
    assert.throws(() => step(x), message);
    assert.equal(weight.dataSync()[0], 1);
    assert.equal(Math.random, random);
    const sum = tf.add(x, x); // the backend still computes
    tf.dispose([x, sum, weight]);
    step.dispose();
  });
}

testOnTensorFlow("capture() names the batch size to try when memory is short", () => {
  const step = capture((x: tf.Tensor) => tf.sum(tf.tile(x, [1, 1_000_000, 1_000_000])));
  const x = tf.ones([6, 2, 2]);
  assert.throws(
    () => step(x),
    (error) =>
      error instanceof OutOfMemoryError && /Batch size 6 does not fit: try 3/.test(error.message),
  );
  x.dispose();
  step.dispose();
});

testOnTensorFlow(
  "capture() names the operation and changes nothing when the function fails",
  () => {
    const table = variableOf(wave([3, 2])), before = Array.from(table.dataSync());
    const step = capture((indices: tf.Tensor) => {
      const rows = tf.gather(table, indices as tf.Tensor1D);
      table.assign(tf.mul(table, 2));
      return rows;
    });
    const outside = tf.tensor1d([3], "int32"), inside = tf.tensor1d([2], "int32");
    assert.throws(() => step(outside), (error) => {
      return error instanceof TensorFlowError &&
        /indices\[0\] = 3 is not in \[0, 3\)/.test(error.message) &&
        /node GatherV2_\d/.test(error.message);
    });
    assert.deepEqual(Array.from(table.dataSync()), before);
    step(inside).dispose(); // still usable
    assert.deepEqual(Array.from(table.dataSync()), before.map((value) => Math.fround(2 * value)));
    tf.dispose([outside, inside, table]);
    step.dispose();
  },
);

testOnTensorFlow("capture() frees memory over 1,000 steps", () => {
  const weight = variableOf(wave([256, 256]));
  const step = capture((x: tf.Tensor) => {
    weight.assign(tf.mul(tf.add(weight, x), 0.5));
    return tf.matMul(weight as unknown as tf.Tensor2D, x as tf.Tensor2D);
  });
  const x = wave([256, 256], 2);
  const run = () => step(x).dispose();
  for (let i = 0; i < 100; i++) run();
  const before = { tensors: tf.memory().numTensors, rss: Deno.memoryUsage().rss };
  for (let i = 0; i < 1000; i++) run();
  assert.equal(tf.memory().numTensors, before.tensors);
  // One leaked matrix a step would be 262 MB.
  assert.ok(Deno.memoryUsage().rss - before.rss < 64e6);
  tf.dispose([weight, x]);
  step.dispose();
});

testOnTensorFlow("capture() frees its recordings when it records 200 times", () => {
  const x = wave([100]);
  const once = () => {
    const step = capture((input: tf.Tensor) => tf.add(tf.square(input), x));
    step(x).dispose();
    step.dispose();
  };
  for (let i = 0; i < 50; i++) once();
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 200; i++) once();
  assert.ok(Deno.memoryUsage().rss - before < 32e6);
  x.dispose();
});
