import assert from "node:assert/strict";
import { TensorFlowError } from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

/** Fails where the index is not 0 or 1; TensorFlow leaves it out where nothing needs it. */
function inRange(index: tf.Tensor): tf.Tensor {
  return tf.gather(tf.tensor1d([5, 6]), index as tf.Tensor1D);
}

testOnTensorFlow("runAfter() runs what a tensor waits for first, in a captured step", (backend) => {
  const step = capture((x: tf.Tensor, guard: tf.Tensor) =>
    tf.square(backend.runAfter(x, inRange(guard)))
  );
  const without = capture((x: tf.Tensor, guard: tf.Tensor) => {
    inRange(guard);
    return tf.square(x);
  });
  const x = tf.tensor1d([1, 2, 3]), right = tf.scalar(1, "int32"), wrong = tf.scalar(2, "int32");
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

testOnTensorFlow("a kernel lets the library's ops wait, too", () => {
  const step = capture((x: tf.Tensor, guard: tf.Tensor) => {
    const inputs = { x, after: inRange(guard) };
    return tf.engine().runKernel("weight-standardization/run-after", inputs) as tf.Tensor;
  });
  const x = wave([4]), guard = tf.scalar(2, "int32");
  assert.throws(() => step(x, guard), TensorFlowError);
  step.dispose();
  tf.dispose([x, guard]);
});
