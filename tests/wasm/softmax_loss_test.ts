import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { crossEntropy, dice, type Loss, segmentation } from "../../src/training/losses.ts";
import { assertClose } from "../backends.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

/** A loss and its gradient by the logits. */
function evaluate(loss: Loss, labels: tf.Tensor, logits: tf.Tensor): tf.Tensor[] {
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss(labels, x))(logits);
  return [value, grad];
}

/** The same, so that what is compared is not small: relative to 1, and a gradient to that of a pixel. */
function evaluateLargely(loss: Loss, labels: tf.Tensor, logits: tf.Tensor): tf.Tensor[] {
  const [value, gradient] = evaluate(loss, labels, logits) as [tf.Tensor, tf.Tensor];
  return [tf.add(value, 1), tf.concat([tf.mul(gradient.flatten(), labels.size), [1]])];
}

const inputs = fc.integer({ min: 2, max: 23 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    // Labels of classes, now and then one to ignore, rarely one that is wrong.
    labels: fc.array(
      fc.oneof(
        { weight: 30, arbitrary: fc.nat(classes - 1) },
        { weight: 8, arbitrary: fc.constant(-1) },
        { weight: 1, arbitrary: fc.constantFrom(classes, 255, -2) },
      ),
      { minLength: 1, maxLength: 40 },
    ),
    range: fc.constantFrom(1, 10, 300),
    special: fc.constantFrom(0, 0, -Infinity, Infinity, NaN),
  })
);

const losses: Loss[] = [
  crossEntropy,
  dice,
  segmentation(),
  segmentation({ crossEntropyWeight: 2, diceWeight: 0.5 }),
  (labels, logits) => crossEntropy(labels, logits, { labelSmoothing: 0.1 }),
  segmentation({ crossEntropyWeight: 1, labelSmoothing: 1 }),
  (labels, logits) => tf.mul(segmentation({ ignoreLabel: 0 })(labels, logits), -3),
];

testOnWasm("softmax-loss is the composition's, whatever labels and logits", () => {
  fc.assert(
    fc.property(inputs, ({ classes, labels, range, special }) => {
      const y = tf.tensor1d(labels, "int32");
      const z = tf.tidy(() => {
        const noise = tf.randomUniform([labels.length, classes], -range, range, "float32", 1);
        // (The last one: the composition has NaN where an ignored class is ruled out, PyTorch 0.)
        const place = tf.oneHot([(labels.length * classes) >> 1], labels.length * classes);
        return tf.where(place.reshape(noise.shape).toBool(), special, noise);
      });
      const ignored = special === -Infinity ? losses.slice(0, -1) : losses;
      for (const loss of ignored) assertAsComposed(() => evaluateLargely(loss, y, z), 2e-6);
      tf.dispose([y, z]);
    }),
    { numRuns: 100, seed: 1 },
  );
});

testOnWasm("softmax-loss exponentiates to 2 units of the last digit, down to the smallest", () => {
  for (let x = 0; x > -103; x -= 0.37) {
    const shifted = Math.fround(x);
    tf.tidy(() => {
      const logits = tf.tensor2d([[0, shifted]]);
      const slope = evaluate(crossEntropy, tf.tensor1d([0], "int32"), logits)[1]!.dataSync()[1]!;
      const exponential = Math.exp(shifted), expected = exponential / (1 + exponential);
      const unit = Math.max(2 ** (Math.floor(Math.log2(expected)) - 23), 2 ** -149);
      // One more for each of the sum and the quotient.
      assert.ok(Math.abs(slope - expected) <= 4 * unit, `${shifted}: ${slope}, not ${expected}`);
    });
  }
});

testOnWasm("softmax-loss takes logarithms to float32", () => {
  for (const classes of [2, 3, 5, 64, 1000, 4099]) {
    tf.tidy(() => {
      const labels = tf.zeros([1], "int32");
      const value = evaluate(crossEntropy, labels, tf.zeros([1, classes]))[0]!;
      assertClose(value, [Math.log(classes)], Math.log(classes) * 2 ** -23);
    });
  }
});

testOnWasm("softmax-loss of 100,000 pixels is float64's", () => {
  tf.tidy(() => {
    const pixels = 100_000, classes = 5;
    const logits = tf.randomNormal([pixels, classes], 0, 2, "float32", 1);
    const labels = tf.cast(tf.randomUniform([pixels], 0, classes, "float32", 2), "int32");
    const [z, y] = [logits.dataSync(), labels.dataSync()];
    let entropy = 0;
    const sums = Array.from({ length: classes }, () => [0, 0, 0] as [number, number, number]);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const row = Array.from(z.subarray(pixel * classes, (pixel + 1) * classes));
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0), label = y[pixel]!;
      entropy += Math.log(total) - row[label]!;
      row.forEach((value, c) => sums[c]![1] += Math.exp(value) / total);
      sums[label]![0] += Math.exp(row[label]!) / total;
      sums[label]![2]++;
    }
    const overlap = sums.map(([i, p, n]) => 1 - (2 * i + 1e-5) / (p + n + 1e-5));
    assertClose(crossEntropy(labels, logits), [entropy / pixels], 2e-7);
    assertClose(dice(labels, logits), [overlap.reduce((a, b) => a + b) / classes], 2e-7);
  });
});

testOnWasm("softmax-loss is 0 for an ignored pixel whose class is ruled out", () => {
  tf.tidy(() => {
    const labels = tf.tensor1d([0, 1], "int32");
    const logits = tf.tensor2d([[-Infinity, 0, 0], [0, 0, 0]]);
    const [value, gradient] = evaluate(segmentation({ ignoreLabel: 0 }), labels, logits);
    const alone = segmentation({ ignoreLabel: 0 })(tf.tensor1d([1], "int32"), tf.zeros([1, 3]));
    assertClose(value!, alone.dataSync(), 0);
    assertClose(tf.slice(gradient!, [0, 0], [1, 3]), [0, 0, 0], 0);
  });
});

testOnWasm("softmax-loss of no pixels is 0", () => {
  tf.tidy(() => {
    const loss = segmentation()(tf.zeros([0], "int32"), tf.zeros([0, 3]));
    assertClose(loss, [0], 0);
  });
});
