import assert from "node:assert/strict";
import { tf } from "../../mod.ts";
import { OWN_KERNELS } from "../../src/kernels/backends.ts";
import { negativeAxis } from "../../src/kernels/negative_axis.ts";
import { assertClose } from "../backends.ts";

Deno.test("cumsum and cumprod take an axis that counts from the end [cpu]", async () => {
  await tf.setBackend("cpu");
  tf.tidy(() => {
    const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
    const first = tf.cumsum(x, -3, true, true), inner = tf.cumsum(x, -2);
    const gradient = tf.grad((x) => tf.cumsum(x, -2))(x);
    const products = tf.cumprod(x, -1);
    for (const result of [first, inner, gradient, products]) {
      assert.deepEqual(result.shape, [2, 2, 2]);
    }
    assertClose(first, [5, 6, 7, 8, 0, 0, 0, 0], 0);
    assertClose(inner, [1, 2, 4, 6, 5, 6, 12, 14], 0);
    assertClose(gradient, [2, 2, 1, 1, 2, 2, 1, 1], 0);
    assertClose(products, [1, 2, 3, 12, 5, 30, 7, 56], 0);
  });
});

// Of the kernels without the repair, some do harm with such an axis: they are not asked.
Deno.test("no kernel of TensorFlow.js's own sees an axis that counts from the end", () => {
  assert.deepEqual(negativeAxis.backendNames, OWN_KERNELS);
  tf.tidy(() => {
    const x = tf.ones([2, 3, 4]);
    for (const axis of [-3, -2, -1]) {
      assert.ok(negativeAxis.applies({ x }, { axis }));
      negativeAxis.run({ x }, { axis, reverse: true }, (inputs, attributes) => {
        assert.deepEqual(attributes, { axis: axis + 3, reverse: true });
        return inputs.x!;
      });
    }
    assert.ok(!negativeAxis.applies({ x }, { axis: 0 }));
  });
});
