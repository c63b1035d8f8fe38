import assert from "node:assert/strict";
import fc from "fast-check";
import { registerGradients } from "../../src/gradients/register.ts";
import { resizeBilinear } from "../../src/gradients/resize_bilinear.ts";
import * as tf from "../../src/tf.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

registerGradients(); // without it a batch without images is not composed

const length = fc.integer({ min: 1, max: 12 });

const sizes = fc.record({
  shape: fc.tuple(fc.integer({ min: 0, max: 3 }), length, length, length),
  size: fc.tuple(length, length),
  seed: fc.integer({ min: 1, max: 1000 }),
});

testOnWasm("resizing and its gradient are the composition's, whatever the sizes", () => {
  fc.assert(
    fc.property(sizes, ({ shape, size, seed }) => {
      tf.tidy(() => {
        const x = tf.randomNormal(shape, 0, 1, "float32", seed);
        const dy = tf.randomNormal([shape[0], ...size, shape[3]], 0, 1, "float32", seed + 1);
        const resize = (x: tf.Tensor) => resizeBilinear(x as tf.Tensor4D, size);
        assertAsComposed(() => [resize(x)], 1e-5);
        assertAsComposed(() => [tf.grad(resize)(x, dy)], 1e-5);
      });
    }),
    { numRuns: 300 },
  );
});

testOnWasm("resizing to the same size changes nothing", () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, -2, 3, 4, 5, 6, -7, 8, 9, 1e30], [1, 1, 2, 5]);
    const same = resizeBilinear(x, [1, 2]);
    assert.deepEqual(same.dataSync(), x.dataSync());
  });
});

testOnWasm("NaN reaches the outputs whose inputs hold it, and the gradient too", () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, NaN, 4], [1, 1, 4, 1]);
    const resize = (x: tf.Tensor) => resizeBilinear(x as tf.Tensor4D, [1, 8]);
    const isNaNAt = (values: tf.Tensor) =>
      [...values.dataSync()].flatMap((value, i) => Number.isNaN(value) ? [i] : []);
    assert.deepEqual(isNaNAt(resize(x)), [3, 4, 5, 6]);
    const dy = tf.tensor4d([1, 1, 1, NaN, 1, 1, 1, 1], [1, 1, 8, 1]);
    assert.deepEqual(isNaNAt(tf.grad(resize)(x, dy)), [1, 2]);
  });
});

testOnWasm("the gradient of resizing can be differentiated again", () => {
  tf.tidy(() => {
    const x = tf.randomNormal([1, 2, 3, 2], 0, 1, "float32", 1);
    const cube = (x: tf.Tensor) => tf.pow(resizeBilinear(x as tf.Tensor4D, [5, 4]), 3);
    const slope = (x: tf.Tensor) => tf.grad(cube)(x);
    assertAsComposed(() => [tf.grad(slope)(x)], 1e-5);
  });
});
