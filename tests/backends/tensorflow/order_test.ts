import assert from "node:assert/strict";
import { type TensorFlowBackend, TensorFlowError } from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

/** Fails where `x` is not finite; nothing takes its value, so TensorFlow would leave it out. */
function finite(backend: TensorFlowBackend, x: tf.Tensor): tf.Tensor {
  const attributes = { T: { type: "float32" }, message: "not finite" } as const;
  return backend.run("CheckNumerics", attributes, [x], 1)[0] as tf.Tensor;
}

testOnTensorFlow("runAfter() runs what a tensor waits for first, in a captured step", (backend) => {
  const step = capture((x: tf.Tensor, guard: tf.Tensor) =>
    tf.square(backend.runAfter(x, finite(backend, guard)))
  );
  const without = capture((x: tf.Tensor, guard: tf.Tensor) => {
    finite(backend, guard);
    return tf.square(x);
  });
  const x = tf.tensor1d([1, 2, 3]), right = tf.scalar(1), wrong = tf.scalar(NaN);
  const squares = step(x, right), unguarded = without(x, wrong);
  assert.deepEqual([...squares.dataSync()], [1, 4, 9]);
  assert.deepEqual([...unguarded.dataSync()], [1, 4, 9]);
  assert.throws(() => step(x, wrong), TensorFlowError);
  step.dispose();
  without.dispose();
  tf.dispose([x, right, wrong, squares, unguarded]);
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

testOnTensorFlow("a kernel lets the library's ops wait, too", (backend) => {
  const step = capture((x: tf.Tensor, guard: tf.Tensor) => {
    const inputs = { x, after: finite(backend, guard) };
    return tf.engine().runKernel("weight-standardization/run-after", inputs) as tf.Tensor;
  });
  const x = wave([4]), guard = tf.scalar(Infinity);
  assert.throws(() => step(x, guard), TensorFlowError);
  step.dispose();
  tf.dispose([x, guard]);
});
