import assert from "node:assert/strict";
import type { TensorFlowBackend } from "../../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../../src/tf.ts";
import { capture } from "../../../../src/training/capture.ts";
import { crossEntropy, dice, type Loss, segmentation } from "../../../../src/training/losses.ts";
import { assertClose } from "../../../backends.ts";
import { testOnTensorFlow, wave } from "../harness.ts";

const losses: Readonly<Record<string, Loss>> = { crossEntropy, dice, segmentation: segmentation() };

/** A loss and its gradient as a captured step computes them, the logits made in the step. */
function captured(loss: Loss, labels: tf.Tensor, logits: tf.Tensor) {
  const step = capture((y: tf.Tensor, z: tf.Tensor) => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss(y, x))(tf.mul(z, 1));
    return [value, grad] as [tf.Scalar, tf.Tensor];
  });
  const [value, grad] = step(labels, logits);
  step.dispose();
  return { value, grad };
}

/** `p`, labels −1 left out, and both losses, in float64 and one pixel after another. */
function byLoops(labels: readonly number[], logits: Float32Array, classes: number) {
  const sums = { cross: 0, labelled: 0 };
  const [overlap, probability, count] = [0, 0, 0].map(() => new Float64Array(classes));
  labels.forEach((label, i) => {
    if (label < 0) return;
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const powers = Array.from(row, (z) => Math.exp(z - Math.max(...row)));
    const sum = powers.reduce((a, b) => a + b);
    sums.cross -= Math.log(powers[label]! / sum);
    sums.labelled++;
    overlap![label]! += powers[label]! / sum;
    count![label]!++;
    powers.forEach((power, c) => probability![c]! += power / sum);
  });
  const present = [...count!.keys()].filter((c) => count![c]! > 0);
  const scores = present.map((c) =>
    1 - (2 * overlap![c]! + 1e-5) / (probability![c]! + count![c]! + 1e-5)
  );
  return {
    crossEntropy: sums.cross / sums.labelled,
    dice: scores.reduce((a, b) => a + b) / scores.length,
  };
}

testOnTensorFlow("losses in a captured step equal loops in float64, and their slopes", () => {
  const pixels = 40, classes = 7;
  const labels = Array.from({ length: pixels }, (_, i) => (i * 5) % (classes + 1) - 1);
  const values = Float32Array.from({ length: pixels * classes }, (_, i) => 4 * Math.sin(i * i));
  const y = tf.tensor1d(labels, "int32"), z = tf.tensor2d(values, [pixels, classes]);
  const wanted = (moved: Float32Array) => {
    const { crossEntropy, dice } = byLoops(labels, moved, classes);
    return { crossEntropy, dice, segmentation: 0.375 * crossEntropy + 1.125 * dice };
  };
  for (const name of ["crossEntropy", "dice", "segmentation"] as const) {
    const { value, grad } = captured(losses[name]!, y, z);
    assertClose(value, [wanted(values)[name]], 1e-5, name);
    const slopes = values.map((_, i) => {
      const [more, less] = [1 / 256, -1 / 256].map((by) => {
        const moved = values.slice();
        moved[i]! += by;
        return wanted(moved)[name];
      });
      return (more! - less!) * 128;
    });
    assertClose(grad, slopes, 1e-5, `the gradient of ${name}`);
    tf.dispose([value, grad]);
  }
  tf.dispose([y, z]);
});

testOnTensorFlow("losses in a captured step are NaN where one logit is NaN or ∞", () => {
  const labels = tf.tensor1d([2, -1, 0, 1], "int32"), clean = wave([4, 3]);
  const numbers = clean.dataSync();
  for (const loss of Object.values(losses)) {
    for (const bad of [NaN, Infinity]) {
      for (let i = 0; i < numbers.length; i++) {
        const logits = tf.tensor2d(numbers.map((z, k) => k === i ? bad : z) as Float32Array, [
          4,
          3,
        ]);
        const { value, grad } = captured(loss, labels, logits);
        assert.ok(Number.isNaN(value.dataSync()[0]), `logit ${i} is ${bad}`);
        tf.dispose([logits, value, grad]);
      }
    }
  }
  tf.dispose([labels, clean]);
});

testOnTensorFlow("losses do not see classes that an ignored pixel rules out", () => {
  const labels = tf.tensor1d([-1, 1], "int32");
  const logits = tf.tensor2d([[-Infinity, 0, 1], [0, 2, -Infinity]]);
  for (const loss of Object.values(losses)) {
    const { value, grad } = captured(loss, labels, logits);
    assert.ok(Number.isFinite(value.dataSync()[0]));
    assert.deepEqual(Array.from(grad.dataSync().subarray(0, 3), Math.abs), [0, 0, 0]);
    tf.dispose([value, grad]);
  }
  tf.dispose([labels, logits]);
});

testOnTensorFlow("losses of no pixels are 0", () => {
  const labels = tf.zeros([0, 2], "int32"), logits = tf.zeros([0, 2, 3]);
  for (const loss of Object.values(losses)) {
    const { value, grad } = captured(loss, labels, logits);
    assert.deepEqual([...value.dataSync()], [0]);
    assert.deepEqual(grad.shape, [0, 2, 3]);
    tf.dispose([value, grad]);
  }
  tf.dispose([labels, logits]);
});

testOnTensorFlow("the cross entropy of a captured step is one operation", (backend) => {
  const run = backend.run, names: string[] = [];
  backend.run = (...args: Parameters<TensorFlowBackend["run"]>) => {
    names.push(args[0]);
    return run.apply(backend, args);
  };
  try {
    const labels = tf.tensor1d([1], "int32"), logits = wave([1, 3]);
    const { value, grad } = captured(crossEntropy, labels, logits);
    tf.dispose([labels, logits, value, grad]);
  } finally {
    backend.run = run;
  }
  assert.deepEqual(names, ["SparseSoftmaxCrossEntropyWithLogits"]);
});
