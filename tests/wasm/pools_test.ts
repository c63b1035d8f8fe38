import assert from "node:assert/strict";
import fc from "fast-check";
import type { Geometry } from "../../src/gradients/geometry.ts";
import { maxPool } from "../../src/gradients/max_pool.ts";
import { maxPoolGradient } from "../../src/gradients/max_pool_gradient.ts";
import type { Padding2D } from "../../src/gradients/arguments.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";
import { axes, noise } from "./windows.ts";

/** Few different values, so that windows hold equal ones, and at times one that is no number. */
function steps(shape: number[], seed: number, special: number): tf.Tensor4D {
  return tf.tidy(() => {
    const values = tf.round(tf.mul(noise(shape, seed), 3)) as tf.Tensor4D;
    const isSpecial = tf.greater(noise(shape, seed + 1), 0.8);
    return tf.where(isSpecial, special, values);
  });
}

const special = fc.constantFrom(-3, NaN, Infinity, -Infinity);
const channels = fc.integer({ min: 1, max: 13 });
const geometries = fc.tuple(axes((taps) => taps - 1), axes((taps) => taps - 1));

testOnWasm("max-pool and its gradient are the composition's to the last bit", () => {
  fc.assert(
    fc.property(geometries, channels, special, ([height, width], channels, special) => {
      const [x, ...windows] = [
        steps([2, height.input, width.input, channels], 1, special),
        [height.taps, width.taps],
        [height.stride, width.stride],
      ] as [tf.Tensor4D, [number, number], [number, number]];
      const border = (axis: typeof height) => [axis.before, axis.after] as [number, number];
      const pad: Padding2D = [[0, 0], border(height), border(width), [0, 0]];
      const pool = (x: tf.Tensor) => maxPool(x as tf.Tensor4D, ...windows, pad);
      assertAsComposed(() => {
        const { value, grad } = tf.valueAndGrad((x) => tf.sum(tf.square(pool(x))))(x);
        return [pool(x), value, grad];
      }, 0);
      x.dispose();
    }),
    { numRuns: 150, seed: 1 },
  );
});

testOnWasm("max-pool-gradient gives what windows beyond the map get to nobody", () => {
  const axis = { input: 2, taps: 1, stride: 1, dilation: 1, before: 1, after: 1, output: 4 };
  const geometry: Geometry = [axis, axis];
  tf.tidy(() => {
    const x = tf.zeros([1, 2, 2, 5]) as tf.Tensor4D;
    const dy = tf.reshape(tf.range(0, 80), [1, 4, 4, 5]) as tf.Tensor4D;
    const inside = tf.slice(dy, [0, 1, 1, 0], [1, 2, 2, 5]).dataSync();
    assert.deepEqual(maxPoolGradient(dy, x, dy, geometry).dataSync(), inside);
  });
});

testOnWasm("tf.maxPool's gradient is the composition's", () => {
  registerGradients();
  const x = steps([2, 7, 6, 5], 3, -3);
  for (const pad of ["same", "valid"] as const) {
    const pool = (x: tf.Tensor) => tf.sum(tf.square(tf.maxPool(x as tf.Tensor4D, [3, 2], 2, pad)));
    assertAsComposed(() => [tf.grad(pool)(x)], 0);
  }
  x.dispose();
});

testOnWasm("max-pool reads nothing in JavaScript", () => {
  const { readSync } = tf.backend();
  const x = noise([2, 9, 9, 8], 5);
  try {
    tf.backend().readSync = () => assert.fail("values were read");
    tf.dispose(tf.grad((x: tf.Tensor) => maxPool(x as tf.Tensor4D, 3, 2, 1))(x));
  } finally {
    tf.backend().readSync = readSync;
    x.dispose();
  }
});

testOnWasm("max-pool takes no images", () => {
  tf.tidy(() => {
    const x: tf.Tensor4D = tf.zeros([0, 5, 5, 3]);
    const dx = tf.grad((x: tf.Tensor) => maxPool(x as tf.Tensor4D, 3, 2, 1))(x);
    assert.deepEqual(dx.shape, x.shape);
  });
});
