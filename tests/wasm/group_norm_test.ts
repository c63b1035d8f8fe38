import assert from "node:assert/strict";
import fc from "fast-check";
import { groupNorm } from "../../src/gradients/group_norm.ts";
import * as tf from "../../src/tf.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

const sizes = fc.record({
  batch: fc.integer({ min: 0, max: 3 }),
  pixels: fc.integer({ min: 1, max: 80 }),
  groups: fc.integer({ min: 1, max: 8 }),
  width: fc.integer({ min: 1, max: 9 }),
  offset: fc.constantFrom(0, 3, -300),
  seed: fc.integer({ min: 1, max: 1000 }),
});

testOnWasm("group norm and its gradient are the composition's, whatever the sizes", () => {
  fc.assert(fc.property(sizes, ({ batch, pixels, groups, width, offset, seed }) => {
    tf.tidy(() => {
      const channels = groups * width, shape: [number, number, number] = [batch, pixels, channels];
      const x = tf.randomNormal(shape, offset, 1, "float32", seed);
      const dy = tf.randomNormal(shape, 0.5, 1, "float32", seed + 1);
      const gamma = tf.randomNormal([channels], 1, 0.3, "float32", seed + 2);
      const beta = tf.randomNormal([channels], 0, 1, "float32", seed + 3);
      const normalize = (...[x, gamma, beta]: tf.Tensor[]) =>
        groupNorm(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, { groups, epsilon: 1e-2 });
      // A variance of two values far from 0 is theirs to within what they are rounded by.
      const tolerance = 1e-5 * (1 + Math.abs(offset));
      assertAsComposed(() => [normalize(x, gamma, beta)], tolerance);
      if (batch === 0) return; // without images, TensorFlow.js has no sum over them
      assertAsComposed(() => tf.grads(normalize)([x, gamma, beta], dy), tolerance);
    });
  }));
});

testOnWasm("NaN and ∞ are NaN in their group of their example, and nowhere else", () => {
  tf.tidy(() => {
    const clean = tf.randomNormal([2, 5, 6], 0, 1, "float32", 1);
    const normalize = (x: tf.Tensor) =>
      groupNorm(x, tf.ones([6]), tf.zeros([6]), { groups: 2, epsilon: 1e-5 });
    for (const value of [NaN, Infinity]) {
      const buffer = tf.buffer([2, 5, 6], "float32", clean.dataSync<"float32">().slice());
      buffer.set(value, 1, 3, 4);
      const dirty = buffer.toTensor();
      for (const f of [normalize, tf.grad(normalize)]) {
        const [actual, expected] = [f(dirty).dataSync(), f(clean).dataSync()];
        const isHit = (i: number) => i >= 30 && i % 6 >= 3;
        actual.forEach((y, i) => assert.ok(Object.is(y, isHit(i) ? NaN : expected[i]), `${i}`));
      }
    }
  });
});
