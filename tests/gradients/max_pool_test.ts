import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { maxPool } from "../../src/gradients/max_pool.ts";
import type { Padding2D } from "../../src/gradients/arguments.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";

forEachBackend("maxPool() matches PyTorch with padding 1", () => {
  const { size, stride, padding, x, upstream, y, dx } = pytorch.maxPool;
  tf.tidy(() => {
    const pool = (x: tf.Tensor) => maxPool(x as tf.Tensor4D, size, stride, padding);
    assertClose(pool(toTensor(x)), y.values, 1e-7, "y");
    assertClose(tf.grad(pool)(toTensor(x), toTensor(upstream)), dx.values, 1e-6, "dx");
  });
});

interface Setup {
  size: number;
  stride: number;
  border: [number, number];
  highest: number;
}

const setups: fc.Arbitrary<Setup> = fc.record({
  size: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  border: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
  highest: fc.constantFrom(-1, 0, 100),
}).map((setup) => ({
  ...setup,
  border: setup.border.map((zeros) => Math.min(zeros, setup.size - 1)) as [number, number],
}));

/** The pool and its gradient by the definition, for one image `[size, size, 1]`. */
function poolByHand(values: Float32Array, length: number, { size, stride, border }: Setup) {
  const y: number[] = [], dx = new Array<number>(values.length).fill(0);
  const outputs = Math.floor((length + border[0] + border[1] - size) / stride) + 1;
  for (let output = 0; output < outputs ** 2; output++) {
    const top = Math.floor(output / outputs) * stride - border[0];
    const left = (output % outputs) * stride - border[0];
    let best = -1;
    for (let at = 0; at < values.length; at++) {
      const row = Math.floor(at / length), column = at % length;
      const isInside = row >= top && row < top + size && column >= left && column < left + size;
      if (isInside && (best < 0 || (values[at] as number) > (values[best] as number))) best = at;
    }
    y.push(values[best] as number);
    dx[best] = (dx[best] as number) + output + 1;
  }
  return { y, dx, outputs };
}

forEachBackend("maxPool() gives the gradient to the first largest value, positive or not", () => {
  fc.assert(
    fc.property(setups, (setup) => {
      const length = 6, { size, stride, border, highest } = setup;
      const values = Float32Array.from({ length: length ** 2 }, (_, i) => highest - (i * 7) % 20);
      const { y, dx, outputs } = poolByHand(values, length, setup);
      const pad: Padding2D = [[0, 0], border, border, [0, 0]];
      tf.tidy(() => {
        const x = tf.tensor4d(values, [1, length, length, 1]);
        const pool = (x: tf.Tensor) => maxPool(x as tf.Tensor4D, size, stride, pad);
        const dy = tf.reshape(tf.range(1, outputs ** 2 + 1), [1, outputs, outputs, 1]);
        assertClose(pool(x), y, 0, "y");
        assertClose(tf.grad(pool)(x, dy), dx, 0, "dx");
      });
    }),
    { numRuns: 60, seed: 3 },
  );
});

forEachBackend("maxPool() takes windows of one value along one axis, or both", () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 5, -2, 4, 0, -7], [1, 3, 2, 1]);
    const pooled = (window: [number, number], strides: [number, number]) =>
      Array.from(maxPool(x, window, strides, 0).dataSync());
    assert.deepEqual(pooled([2, 1], [1, 1]), [1, 5, 0, 4]);
    assert.deepEqual(pooled([1, 2], [1, 1]), [5, 4, 0]);
    assert.deepEqual(pooled([1, 1], [2, 1]), [1, 5, 0, -7]);
    assert.deepEqual(pooled([1, 1], [1, 1]), [1, 5, -2, 4, 0, -7]);
  });
});

Deno.test("maxPool() refuses windows of nothing but padding", () => {
  const x: tf.Tensor4D = tf.zeros([1, 4, 4, 1]);
  assert.throws(() => maxPool(x, 2, 2, 2), {
    name: "RangeError",
    message:
      "Cannot compute maxPool as pad must be smaller than the window (2): current value is 2",
  });
  x.dispose();
});
