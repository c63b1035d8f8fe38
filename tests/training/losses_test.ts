import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { crossEntropy, dice, type Loss, segmentation } from "../../src/training/losses.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";

const reference = pytorch.segmentationLoss;

/** Fails where a loss of the fixture's labels and logits, or its gradient, is off by 1e-6. */
function assertLoss(loss: Loss, value: number, dlogits: readonly number[], ignoreLabel = -1): void {
  tf.tidy(() => {
    const values = reference.labels.values.map((label) => label === -1 ? ignoreLabel : label);
    const labels = tf.tensor(values, reference.labels.shape, "int32");
    const { value: actual, grad } = valueAndGradient(loss, labels, toTensor(reference.logits));
    assertClose(actual, [value], 1e-6, "loss");
    assertClose(grad, dlogits, 1e-7, "gradient");
  });
}

function valueAndGradient(loss: Loss, labels: tf.Tensor, logits: tf.Tensor) {
  return tf.valueAndGrad((x: tf.Tensor) => loss(labels, x))(logits);
}

forEachBackend("crossEntropy() equals PyTorch's, with its gradient", () => {
  assertLoss(crossEntropy, reference.crossEntropy, reference.dlogitsCrossEntropy.values);
});

forEachBackend("dice() equals PyTorch's, with its gradient", () => {
  assertLoss(dice, reference.dice, reference.dlogitsDice.values);
});

forEachBackend("segmentation() equals PyTorch's, with its gradient", () => {
  assertLoss(segmentation(), reference.total, reference.dlogits.values);
});

forEachBackend("segmentation() leaves a term of weight 0 out", () => {
  const { crossEntropy: value, dlogitsCrossEntropy: { values } } = reference;
  const loss = segmentation({ crossEntropyWeight: 2, diceWeight: 0 });
  assertLoss(loss, 2 * value, values.map((gradient) => 2 * gradient));
});

forEachBackend("segmentation() ignores any label, be it a class or not", () => {
  // Class 4 is not among the fixture's labels.
  for (const ignoreLabel of [255, 4]) {
    const loss = segmentation({ ignoreLabel });
    assertLoss(loss, reference.total, reference.dlogits.values, ignoreLabel);
  }
});

forEachBackend("losses scale their gradient by the upstream one", () => {
  const tripled: Loss = (labels, logits) => tf.mul(segmentation()(labels, logits), 3);
  assertLoss(tripled, 3 * reference.total, reference.dlogits.values.map((g) => 3 * g));
});

forEachBackend("losses are 0 with gradient 0 when nothing is labelled", () => {
  tf.tidy(() => {
    const labels = tf.fill([2, 3], -1, "int32");
    for (const loss of [crossEntropy, dice, segmentation()]) {
      const { value, grad } = valueAndGradient(loss, labels, tf.randomNormal([2, 3, 4]));
      assertClose(value, [0], 0, "loss");
      assertClose(grad, new Float32Array(24), 0, "gradient");
    }
  });
});

forEachBackend("losses are NaN when a label is neither a class nor ignored", () => {
  tf.tidy(() => {
    for (const wrong of [255, 3, -2]) {
      const labels = tf.tensor1d([0, -1, wrong], "int32");
      for (const loss of [crossEntropy, dice, segmentation()]) {
        assertClose(tf.isNaN(loss(labels, tf.zeros([3, 3]))), [1], 0, `label ${wrong}`);
      }
    }
  });
});

forEachBackend("losses stay finite when logits are far apart", () => {
  tf.tidy(() => {
    const labels = tf.tensor1d([0, 1], "int32");
    const logits = tf.tensor2d([[500, -500], [500, -500]]);
    const { value, grad } = valueAndGradient(crossEntropy, labels, logits);
    assertClose(value, [500], 1e-3);
    assertClose(grad, [0, 0, 0.5, -0.5], 1e-6);
    const overlap = valueAndGradient(dice, labels, logits);
    // Class 0: 1 − 2/3; class 1: 1, as its probability is 0.
    assertClose(overlap.value, [2 / 3], 1e-5);
    assertClose(overlap.grad, [0, 0, 0, 0], 1e-6);
  });
});

forEachBackend("losses do not change when a pixel's logits are shifted", () => {
  tf.tidy(() => {
    const labels = toTensor(reference.labels, "int32");
    const logits = toTensor(reference.logits);
    const shift = tf.range(0, 24).reshape([2, 4, 3, 1]);
    for (const loss of [crossEntropy, dice]) {
      assertClose(loss(labels, tf.add(logits, shift)), loss(labels, logits).dataSync(), 1e-5);
    }
  });
});

forEachBackend("segmentation() trains a classifier too", () => {
  const labels = tf.tensor1d([0, 1, 2, 1], "int32");
  const logits = tf.tidy(() => tf.variable(tf.zeros([4, 3])));
  const optimizer = tf.train.sgd(4);
  for (let step = 0; step < 30; step++) {
    optimizer.minimize(() => segmentation()(labels, logits), false, [logits]);
  }
  tf.tidy(() => assertClose(tf.argMax(logits, -1), labels.dataSync(), 0));
  tf.dispose([labels, logits]);
  optimizer.dispose();
});

forEachBackend("losses throw when a type or a shape is wrong", () => {
  tf.tidy(() => {
    const logits = tf.zeros([2, 3, 4]);
    const int32 = tf.zeros([2, 3], "int32");
    const loss = segmentation();
    assert.throws(() => loss(int32.toFloat(), logits), {
      name: "TypeError",
      message: "Cannot compute segmentation as labels must be int32 [2,3], the logits' shape " +
        "without classes: current value is float32 [2,3]",
    });
    assert.throws(() => crossEntropy(tf.zeros([3, 2], "int32"), logits), TypeError);
    assert.throws(() => dice(tf.zeros([2, 3, 4], "int32"), logits), TypeError);
    assert.throws(() => dice(int32, logits.toInt()), {
      name: "TypeError",
      message:
        "Cannot compute dice as logits must be float32 of shape [..., classes], 2 classes or " +
        "more: current value is int32 [2,3,4]",
    });
    assert.throws(() => crossEntropy(int32, tf.zeros([2, 3, 1])), {
      name: "TypeError",
      message: /2 classes or more: current value is float32 \[2,3,1\]/,
    });
    assert.throws(() => dice(tf.scalar(0, "int32"), tf.zeros([4])), TypeError);
    assert.throws(() => dice(int32, logits, { ignoreLabel: 0.5 }), RangeError);
  });
});

forEachBackend(
  "losses do not see a class that an ignored label names and a logit rules out",
  () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([2, 1], "int32");
      const logits = tf.tensor2d([[1, 2, -Infinity], [0, 1, 0]]);
      for (const loss of [crossEntropy, dice]) {
        const ignoring: Loss = (y, z) => loss(y, z, { ignoreLabel: 2 });
        const { value, grad } = valueAndGradient(ignoring, labels, logits);
        const own = valueAndGradient(ignoring, labels.slice(1), logits.slice([1, 0]));
        assertClose(value, own.value.dataSync(), 1e-6, "loss");
        assertClose(grad, [0, 0, 0, ...own.grad.dataSync()], 1e-6, "gradient");
      }
    });
  },
);

forEachBackend("dice() counts every one of two million pixels", () => {
  tf.tidy(() => {
    const pixels = 2 ** 21, probability = 0.9; // of which each 1024th is of the other class
    const labels = tf.equal(tf.range(0, pixels).mod(1024), 0).toInt();
    const row = tf.tensor2d([[Math.log(probability), Math.log(1 - probability)]]);
    const logits = tf.mul(tf.ones([pixels, 1]), row);
    const other = 1 / 1024;
    const loss = (share: number, p: number) => 1 - 2 * share * p / (p + share);
    const expected = (loss(1 - other, probability) + loss(other, 1 - probability)) / 2;
    assertClose(dice(labels, logits), [expected], 5e-4);
  });
}, ["wasm", "tensorflow"]); // on cpu it takes seconds

Deno.test("segmentation() throws when a weight is out of range", () => {
  assert.throws(() => segmentation({ diceWeight: -1 }), {
    name: "RangeError",
    message: "Cannot make a segmentation loss as diceWeight must be >= 0: current value is -1",
  });
  assert.throws(() => segmentation({ crossEntropyWeight: NaN }), RangeError);
  assert.throws(() => segmentation({ crossEntropyWeight: 0, diceWeight: 0 }), RangeError);
});

forEachBackend("losses bear logits of -Infinity as PyTorch does", () => {
  // PyTorch 2.15's F.cross_entropy and its gradient: a class that is ruled out, then the label's own.
  const cases = [
    { label: 0, logits: [1, -Infinity, 0], value: 0.31326165795326233 },
    { label: 1, logits: [0.5, -Infinity, 2], value: Infinity },
    { label: 2, logits: [NaN, 1, 2], value: NaN },
    { label: 0, logits: [-Infinity, -Infinity, -Infinity], value: NaN },
  ];
  const gradients = [
    [-0.26894140243530273, 0, 0.2689414322376251],
    [0.18242549896240234, -1, 0.8175744414329529],
  ];
  for (const [i, { label, logits, value }] of cases.entries()) {
    tf.tidy(() => {
      const labels = tf.tensor1d([label], "int32"), z = tf.tensor2d([logits]);
      const { value: actual, grad } = valueAndGradient(crossEntropy, labels, z);
      const [loss = 0] = actual.dataSync();
      assert.ok(Object.is(loss, value) || Math.abs(loss - value) < 1e-6, `${loss}, not ${value}`);
      if (gradients[i] !== undefined) assertClose(grad, gradients[i], 1e-6, "gradient");
      const [overlap = 0] = dice(labels, z).dataSync();
      assert.equal(Number.isNaN(overlap), Number.isNaN(value), "dice");
    });
  }
});
