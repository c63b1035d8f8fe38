import assert from "node:assert/strict";
import fc from "fast-check";
import { channelMean, pixelMean } from "../../src/gradients/channel_mean.ts";
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

testOnWasm("pixel-mean is the composition's mean, whatever the sizes", () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 150 }),
    fc.integer({ min: 1, max: 50 }),
    fc.constantFrom(0, 1, -1000),
  );
  fc.assert(fc.property(sizes, ([batch, pixels, channels, offset]) => {
    const rows = tf.randomNormal([batch, pixels, channels], offset, 1, "float32", pixels);
    assertAsComposed(() => [pixelMean(rows)], 1e-6);
    rows.dispose();
  }));
});

// (TensorFlow.js's average pool makes a NaN −∞ there.)
testOnWasm("pixel-mean of what is not finite is not", () => {
  tf.tidy(() => {
    const rows = [[NaN, 1, Infinity, 2, -Infinity, 3], [4, NaN, 6, -Infinity, Infinity, 9]];
    const mean = pixelMean(tf.tensor3d([rows])).dataSync();
    assert.deepEqual([...mean], [NaN, NaN, Infinity, -Infinity, NaN, 6]);
  });
});

testOnWasm("pixel-mean of a million values is off by what a mean of 32 is", () => {
  tf.tidy(() => {
    const x = tf.add(tf.randomUniform([2 ** 20, 3], 0, 1, "float32", 1), 1000);
    const values = x.dataSync();
    const sums = [0, 0, 0];
    values.forEach((value, i) => sums[i % 3]! += value);
    assertClose(channelMean(x), sums.map((sum) => sum / 2 ** 20), 1000 * 2 ** -22);
  });
});

testOnWasm("pixel-mean has a gradient", () => {
  tf.tidy(() => {
    const rows = tf.randomNormal([2, 5, 3], 0, 1, "float32", 1);
    const upstream = tf.randomNormal([2, 1, 3], 0, 1, "float32", 2);
    assertAsComposed(() => [tf.grad(pixelMean)(rows, upstream)], 1e-6);
  });
});
