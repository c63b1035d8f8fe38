/** Smoothed labels: PyTorch's loss and gradient, with ignored pixels and with dense targets. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { crossEntropy, dice, type Loss, segmentation } from "../../src/training/losses.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { sines } from "../sines.ts";
import training from "./fixtures/training.json" with { type: "json" };

registerGradients(); // the largest logit's, twice

const { labels, targets, cases, composer } = training.labelSmoothing;

function assertLike(
  loss: Loss,
  y: tf.Tensor,
  expected: { loss: number; gradient: number[] },
  what: string,
): void {
  tf.tidy(() => {
    const z = sines([12, 5], 1, { scale: 3 });
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss(y, x))(z);
    assertClose(value, [expected.loss], 1e-6, `${what}: loss`);
    assertClose(grad, expected.gradient, 1e-7, `${what}: gradient`);
  });
}

for (const { labelSmoothing, sparse, dense } of cases) {
  forEachBackend(`crossEntropy() smooths labels by ${labelSmoothing} as PyTorch does`, () => {
    const loss: Loss = (y, z) => crossEntropy(y, z, { labelSmoothing });
    const sparseLabels = tf.tensor1d(labels, "int32");
    const denseLabels = tf.tensor2d(targets, [12, 5]);
    assertLike(loss, sparseLabels, sparse, "sparse");
    assertLike(loss, denseLabels, dense, "dense");
    const alone = segmentation({ labelSmoothing, crossEntropyWeight: 1, diceWeight: 0 });
    assertLike(alone, sparseLabels, sparse, "segmentation");
    tf.dispose([sparseLabels, denseLabels]);
  });
}

forEachBackend("crossEntropy() smooths labels as Composer does those that are labelled", () => {
  tf.tidy(() => {
    const loss = crossEntropy(tf.tensor1d(labels, "int32"), sines([12, 5], 1, { scale: 3 }), {
      labelSmoothing: 0.1,
    });
    assertClose(loss, [composer], 1e-6);
  });
});

forEachBackend("segmentation() smooths the cross entropy and leaves Dice alone", () => {
  tf.tidy(() => {
    const y = tf.tensor1d(labels, "int32"), z = sines([12, 5], 1, { scale: 3 });
    const both = tf.valueAndGrad((x: tf.Tensor) => segmentation({ labelSmoothing: 0.2 })(y, x))(z);
    const apart = tf.valueAndGrad((x: tf.Tensor) =>
      tf.add(
        tf.mul(crossEntropy(y, x, { labelSmoothing: 0.2 }), 0.375),
        tf.mul(dice(y, x), 1.125),
      )
    )(z);
    assertClose(both.value, apart.value.dataSync(), 1e-6);
    assertClose(both.grad, apart.grad.dataSync(), 1e-7);
  });
});

forEachBackend("a smoothed loss can be differentiated twice", () => {
  tf.tidy(() => {
    const y = tf.tensor1d(labels, "int32"), z = sines([12, 5], 1, { scale: 3 });
    const loss: Loss = (labels, x) => crossEntropy(labels, x, { labelSmoothing: 0.3 });
    const direction = sines([12, 5], 4);
    const slope = (x: tf.Tensor) =>
      tf.sum(tf.mul(tf.grad((x: tf.Tensor) => loss(y, x))(x), direction));
    const second = tf.grad(slope)(z).dataSync();
    const h = 1e-2;
    const at = (factor: number) =>
      tf.grad((x: tf.Tensor) => loss(y, x))(tf.add(z, tf.mul(direction, factor)));
    assertClose(second, tf.div(tf.sub(at(h), at(-h)), 2 * h).dataSync(), 2e-4);
  });
});

forEachBackend("an ignored pixel has no part in a smoothed loss, whatever its logits", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.constantFrom(-Infinity, -1e30, 5),
      (labelSmoothing, odd) => {
        tf.tidy(() => {
          const loss: Loss = (y, z) => crossEntropy(y, z, { labelSmoothing });
          const of = (y: number[], z: number[][]) =>
            tf.valueAndGrad((x: tf.Tensor) => loss(tf.tensor1d(y, "int32"), x))(tf.tensor2d(z));
          const alone = of([1], [[1, 2, 3]]);
          const beside = of([1, -1], [[1, 2, 3], [odd, 0, 1]]);
          assertClose(beside.value, alone.value.dataSync(), 1e-6);
          assertClose(tf.slice(beside.grad, [0, 0], [1, 3]), alone.grad.dataSync(), 1e-7);
        });
      },
    ),
    { numRuns: 20, seed: 1 },
  );
});

forEachBackend("a class that is ruled out makes a smoothed loss infinite, as in PyTorch", () => {
  tf.tidy(() => {
    for (const label of [0, 1]) {
      const y = tf.tensor1d([label], "int32"), z = tf.tensor2d([[-Infinity, 0, 1]]);
      assert.equal(crossEntropy(y, z, { labelSmoothing: 0.1 }).dataSync()[0], Infinity);
    }
  });
});

Deno.test("losses refuse smoothing that is no share, and dense labels that do not fit", async () => {
  await tf.setBackend("cpu");
  const message = "Cannot compute crossEntropy as labelSmoothing must be in [0, 1]: " +
    "current value is 1.5";
  tf.tidy(() => {
    const y = tf.tensor1d([0], "int32"), z = tf.zeros([1, 3]);
    assert.throws(() => crossEntropy(y, z, { labelSmoothing: 1.5 }), {
      name: "RangeError",
      message,
    });
    assert.throws(() => crossEntropy(y, z, { labelSmoothing: NaN }), RangeError);
    assert.throws(() => segmentation({ labelSmoothing: -0.1 }), RangeError);
    assert.throws(() => crossEntropy(tf.zeros([1, 2]), z), {
      name: "TypeError",
      message:
        "Cannot compute crossEntropy as labels must be int32 [1], or float32 [1,3] if dense: " +
        "current value is float32 [1,2]",
    });
    assert.throws(() => segmentation()(tf.zeros([1, 3]), z), TypeError);
  });
});
