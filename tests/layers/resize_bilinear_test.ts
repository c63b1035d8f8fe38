import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { ResizeBilinear } from "../../src/layers/resize_bilinear.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch } from "../fixtures/pytorch.ts";
import { assertForwardAndGradient, modelOf, saveAndLoad } from "./roundtrip.ts";

forEachBackend(
  "ResizeBilinear matches PyTorch when the size is fixed, and when it is another's",
  () => {
    for (const reference of pytorch.resizeBilinear) {
      const fixed = new ResizeBilinear({ size: reference.size });
      assertForwardAndGradient((x) => fixed.apply(x) as tf.Tensor, reference, 2e-6);
      assert.deepEqual(fixed.computeOutputShape(reference.x.shape), reference.y.shape);
      const like = tf.zeros([1, ...reference.size, 5]);
      const other = new ResizeBilinear();
      assertForwardAndGradient((x) => other.apply([x, like]) as tf.Tensor, reference, 2e-6);
      assert.deepEqual(
        other.computeOutputShape([reference.x.shape, [null, null, 7, 5]]),
        [reference.x.shape[0], null, 7, reference.x.shape[3]],
      );
      like.dispose();
    }
  },
);

forEachBackend("ResizeBilinear computes the same when it is saved and loaded", async () => {
  const fixed = modelOf(new ResizeBilinear({ size: [5, 7] }), [4, 3, 2]);
  const other = modelOf(new ResizeBilinear(), [null, null, 2], [null, null, 1]);
  const [loadedFixed, loadedOther] = [await saveAndLoad(fixed), await saveAndLoad(other)];
  tf.tidy(() => {
    const x = tf.randomNormal([2, 4, 3, 2]);
    const expected = (fixed.predict(x) as tf.Tensor).dataSync();
    assertClose(loadedFixed.predict(x) as tf.Tensor, expected, 0);
    assertClose(loadedOther.predict([x, tf.zeros([2, 5, 7, 1])]) as tf.Tensor, expected, 0);
  });
});

Deno.test("ResizeBilinear throws when there is neither a size nor a second input", () => {
  assert.throws(() => new ResizeBilinear({ name: "up" }).computeOutputShape([null, 4, 4, 2]), {
    name: "TypeError",
    message: /^Cannot resize up as the second input must be \[batch, height, width, channels\]/,
  });
  assert.throws(() => new ResizeBilinear({ size: [0, 4] }), {
    name: "RangeError",
    message: "Cannot make ResizeBilinear as size must be two integers >= 1: current value is [0,4]",
  });
});
