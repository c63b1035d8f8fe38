import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { evaluateModel } from "../../src/training/evaluation.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { ConfusionMatrix, MeanIoU } from "../../src/training/metrics.ts";
import { Trainer } from "../../src/training/trainer.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import reference from "./fixtures/confusion.json" with { type: "json" };

const { classes, labels, predictions } = reference;

/** A model that gives its input, logits, as they are. */
function identity(): tf.LayersModel {
  return tf.sequential({
    layers: [tf.layers.activation({ activation: "linear", inputShape: [classes] })],
  });
}

/** The reference in batches of `size`, as logits whose largest is the prediction. */
function dataloader(size: number) {
  return {
    batchesPerEpoch: labels.length / size,
    *batches() {
      for (let at = 0; at < labels.length; at += size) {
        const rows = predictions.slice(at, at + size);
        yield {
          x: tf.tensor2d(
            rows.map((c) => Array.from({ length: classes }, (_, i) => Number(i === c))),
          ),
          y: tf.tensor1d(labels.slice(at, at + size), "int32"),
        };
      }
    },
  };
}

function assertReference(confusion: ConfusionMatrix): void {
  assert.deepEqual(confusion.counts(), reference.counts);
  const [iou, accuracy] = [confusion.perClass(), confusion.perClassAccuracy()];
  assertClose(iou.slice(0, 4).map(Number), reference.iou, 1e-12);
  assertClose(accuracy.slice(0, 3).map(Number), reference.classAccuracy, 1e-12);
  assert.deepEqual([iou.slice(4), accuracy.slice(3)], [[null], [null, null]]);
  const { mIoU, pixelAccuracy, meanClassAccuracy } = reference;
  const scores = [mIoU, pixelAccuracy, meanClassAccuracy];
  assert.deepEqual(Object.keys(confusion.results()), [
    "mIoU",
    "pixelAccuracy",
    "meanClassAccuracy",
  ]);
  assertClose(Object.values(confusion.results()), scores, 1e-12);
}

Deno.test("ConfusionMatrix.add() equals scikit-learn, whatever parts it comes in", () => {
  for (const size of [1, 7, labels.length]) {
    const confusion = new ConfusionMatrix({ classes });
    for (let at = 0; at < labels.length; at += size) {
      confusion.add(labels.slice(at, at + size), predictions.slice(at, at + size));
    }
    assertReference(confusion);
    assert.equal(confusion.result(), confusion.pixelAccuracy());
  }
});

forEachBackend("ConfusionMatrix gives an evaluation all that its counts tell", async () => {
  const model = identity();
  const confusion = new ConfusionMatrix({ classes });
  const { mIoU, pixelAccuracy, meanClassAccuracy } = reference;
  for (const size of [20, 60]) { // the same counts, as each evaluation begins from nothing
    const results = await evaluateModel(model, dataloader(size), [confusion]);
    assert.deepEqual(Object.keys(results), ["mIoU", "pixelAccuracy", "meanClassAccuracy"]);
    assertClose(Object.values(results), [mIoU, pixelAccuracy, meanClassAccuracy], 1e-12);
    assertReference(confusion);
  }
  const alone = await evaluateModel(model, dataloader(20), [new MeanIoU({ classes })]);
  assert.deepEqual(alone, { mIoU: confusion.meanIoU() });
  model.dispose();
});

Deno.test("ConfusionMatrix has the values that a hand counts", () => {
  const confusion = new ConfusionMatrix({ classes: 3, ignoreLabel: 9 });
  confusion.add([0, 0, 0, 0, 1, 9], [0, 0, 0, 1, 1, 2]);
  assert.deepEqual(confusion.counts(), [[3, 1, 0], [0, 1, 0], [0, 0, 0]]);
  assert.deepEqual(confusion.perClass(), [75, 50, null]);
  assert.deepEqual(confusion.perClassAccuracy(), [75, 100, null]);
  assert.deepEqual(confusion.results(), { mIoU: 62.5, pixelAccuracy: 80, meanClassAccuracy: 87.5 });
  confusion.reset();
  assert.deepEqual(confusion.counts().flat(), new Array(9).fill(0));
  assert.ok(Object.values(confusion.results()).every(Number.isNaN));
});

Deno.test("ConfusionMatrix refuses what does not fit, and counts nothing then", () => {
  const confusion = new ConfusionMatrix({ classes: 2 });
  assert.throws(() => confusion.add([0, 1], [0]), {
    name: "TypeError",
    message:
      "Cannot update ConfusionMatrix as predictions must be 2, as labels are: current value is 1",
  });
  assert.throws(() => confusion.add([0, 1], [0, 2]), {
    name: "RangeError",
    message: "Cannot update ConfusionMatrix as predictions must be in [0, 2): current value is 2",
  });
  assert.deepEqual(confusion.counts(), [[0, 0], [0, 0]]);
  assert.throws(
    () => new ConfusionMatrix({ classes: 1.5 }),
    /^RangeError: Cannot make ConfusionMatrix/,
  );
});

Deno.test("Trainer throws when two metrics file a value under one name", () => {
  const model = identity();
  const metrics = [new ConfusionMatrix({ classes }), new MeanIoU({ classes })];
  const optimizer = tf.train.sgd(1);
  assert.throws(() => new Trainer({ model, optimizer, loss: crossEntropy, metrics }), {
    name: "RangeError",
    message: /own: current value is \["mIoU","pixelAccuracy","meanClassAccuracy","mIoU"\]$/,
  });
  model.dispose();
});
