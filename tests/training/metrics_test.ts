import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { Accuracy, MeanIoU, type Metric } from "../../src/training/metrics.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";

const reference = pytorch.meanIoU;

/** Feeds a batch and disposes of it. */
async function feed(metric: Metric, labels: tf.Tensor, logits: tf.Tensor): Promise<void> {
  await metric.update(labels, logits);
  tf.dispose([labels, logits]);
}

function int32(...values: number[]): tf.Tensor1D {
  return tf.tensor1d(values, "int32");
}

/** Logits whose largest is at the given classes. */
function logitsFor(predictions: tf.Tensor, classes: number): tf.Tensor {
  return tf.tidy(() => tf.sub(tf.mul(tf.oneHot(predictions.toInt(), classes), 3), 2).toFloat());
}

forEachBackend("MeanIoU equals the reference for predicted classes", async () => {
  const metric = new MeanIoU(reference);
  await feed(metric, toTensor(reference.labels, "int32"), toTensor(reference.predictions, "int32"));
  assertClose([metric.result(), metric.pixelAccuracy()], [
    reference.percent,
    reference.pixelAccuracy,
  ], 1e-9);
  const nulls = (values: (number | null)[]) => values.map((value) => value === null);
  assert.deepEqual(nulls(metric.perClass()), nulls(reference.perClass));
  const numbers = (values: (number | null)[]) => values.map((value) => value ?? 0);
  assertClose(numbers(metric.perClass()), numbers(reference.perClass), 1e-9);
});

forEachBackend("MeanIoU accumulates counts, not means, over batches of logits", async () => {
  const metric = new MeanIoU(reference);
  const labels = tf.tidy(() => tf.unstack(toTensor(reference.labels, "int32")));
  const predictions = tf.tidy(() => tf.unstack(toTensor(reference.predictions, "int32")));
  for (const [i, label] of labels.entries()) {
    await feed(metric, label, logitsFor(predictions[i]!, reference.classes));
  }
  assertClose([metric.result()], [reference.percent], 1e-9);
  tf.dispose(predictions);
});

forEachBackend("MeanIoU takes an ignoreLabel that is a class's number", async () => {
  const metric = new MeanIoU({ classes: 3, ignoreLabel: 0 });
  await feed(metric, int32(0, 1, 2, 2), int32(0, 1, 2, 1));
  assert.deepEqual(metric.perClass(), [null, 50, 50]);
});

forEachBackend("MeanIoU forgets on reset()", async () => {
  const metric = new MeanIoU({ classes: 2 });
  assert.ok(Number.isNaN(metric.result()));
  await feed(metric, int32(0, 1), int32(1, 0));
  assert.equal(metric.result(), 0);
  metric.reset();
  assert.ok(Number.isNaN(metric.result()) && Number.isNaN(metric.pixelAccuracy()));
  await feed(metric, int32(0, 1), int32(0, 1));
  assert.deepEqual([metric.name, metric.result(), metric.pixelAccuracy()], ["mIoU", 100, 100]);
});

forEachBackend("MeanIoU throws when a class is out of range, and counts nothing then", async () => {
  const metric = new MeanIoU({ classes: 2 });
  const right = int32(0, 1), wrong = int32(0, 2), ignored = int32(0, -1);
  await assert.rejects(metric.update(wrong, right), {
    name: "RangeError",
    message: "Cannot update MeanIoU as labels must be in [0, 2): current value is 2",
  });
  await assert.rejects(metric.update(right, wrong), RangeError);
  assert.ok(Number.isNaN(metric.pixelAccuracy()));
  await metric.update(ignored, wrong);
  assert.equal(metric.pixelAccuracy(), 100);
  tf.dispose([right, wrong, ignored]);
});

forEachBackend("Accuracy counts labels over batches", async () => {
  const metric = new Accuracy();
  await feed(metric, int32(0, 1, -1), tf.tensor2d([[2, 1], [2, 1], [2, 1]]));
  await feed(metric, int32(1, 1), int32(1, 1));
  assert.deepEqual([metric.name, metric.result()], ["accuracy", 75]);
  metric.reset();
  assert.ok(Number.isNaN(metric.result()));
});

forEachBackend("Accuracy takes the topK largest logits", async () => {
  const logits = [[4, 3, 2, 1], [4, 3, 2, 1], [1, 2, 3, 4], [4, 3, 2, 1]];
  const expected = { 1: 25, 2: 50, 3: 75, 4: 100 };
  for (const [topK, percent] of Object.entries(expected)) {
    const metric = new Accuracy({ topK: Number(topK) });
    await feed(metric, int32(0, 1, 1, 3), tf.tensor2d(logits));
    assert.equal(metric.result(), percent, metric.name);
  }
  assert.equal(new Accuracy({ topK: 5 }).name, "top5Accuracy");
});

forEachBackend("metrics throw when a type or a shape is wrong", async () => {
  const labels = int32(0, 1), floats = labels.toFloat();
  const logits = tf.zeros([2, 3]), shifted = tf.zeros([3, 2]);
  const top2 = new Accuracy({ topK: 2 });
  for (const metric of [new MeanIoU({ classes: 3 }), new Accuracy(), top2]) {
    await assert.rejects(metric.update(floats, logits), TypeError);
    await assert.rejects(metric.update(labels, shifted), TypeError);
    await assert.rejects(metric.update(labels, floats), TypeError);
  }
  await assert.rejects(top2.update(labels, labels), TypeError);
  await assert.rejects(new Accuracy({ topK: 4 }).update(labels, logits), {
    name: "TypeError",
    message: "Cannot update Accuracy as logits must have topK = 4 classes or more: " +
      "current value is 3",
  });
  tf.dispose([labels, floats, logits, shifted]);
});

Deno.test("metrics throw when an option is out of range", () => {
  assert.throws(() => new MeanIoU({ classes: 0 }), {
    name: "RangeError",
    message: "Cannot make MeanIoU as classes must be an integer > 0: current value is 0",
  });
  assert.throws(() => new Accuracy({ topK: 1.5 }), RangeError);
});
