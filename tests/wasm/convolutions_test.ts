import assert from "node:assert/strict";
import fc from "fast-check";
import { conv2dOver } from "../../src/gradients/conv2d.ts";
import { conv2dKernelGradient } from "../../src/gradients/conv2d_gradients.ts";
import type { Geometry } from "../../src/gradients/geometry.ts";
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";
import { assertLoops, axisOf } from "./convolutions.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";
import { axes, noise } from "./windows.ts";

const geometries: fc.Arbitrary<Geometry> = fc.tuple(axes(() => 5), axes(() => 5));
/** Channels that fill squares of 4 × 8 and panels of 8, and that do not. */
const channels = fc.tuple(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 18 }));

testOnWasm("conv2d and its gradients are float64 loops', whatever the geometry", () => {
  const property = fc.property(geometries, channels, (geometry, channels) => {
    assertLoops(2, geometry, channels, 3e-5);
  });
  fc.assert(property, { numRuns: 200, seed: 1 });
});

testOnWasm("conv2d and its gradients are float64 loops' over several blocks of pixels", () => {
  const cases = [axisOf(15, 1), axisOf(16, 1, 2), axisOf(14, 3), axisOf(15, 3, 2)];
  for (const axis of [...cases, axisOf(15, 3, 1, 6), axisOf(2, 3)]) {
    assertLoops(axis.input < 3 ? 60 : 3, [axis, axis], [9, 12], 1e-4);
  }
});

testOnWasm("conv2d and its gradients are the composition's", () => {
  for (const [axis, ...channels] of [[axisOf(9, 3), 20, 21], [axisOf(9, 1), 64, 3]] as const) {
    const geometry: Geometry = [axis, axis];
    const x = noise([2, 9, 9, channels[0]], 1);
    const kernel = noise([axis.taps, axis.taps, ...channels], 2);
    const op = (x: tf.Tensor, kernel: tf.Tensor) =>
      tf.sum(tf.square(conv2dOver(x as tf.Tensor4D, kernel as tf.Tensor4D, geometry)));
    assertAsComposed(() => [conv2dOver(x, kernel, geometry), ...tf.grads(op)([x, kernel])], 1e-5);
    tf.dispose([x, kernel]);
  }
});

testOnWasm("conv2d-kernel-gradient of 65,536 products is off by no more than that of 192", () => {
  tf.tidy(() => {
    const x = tf.fill([4, 128, 128, 4], 0.1) as tf.Tensor4D;
    const expected = new Array<number>(16).fill(Math.fround(0.1) ** 2 * 2 ** 16);
    const axis = axisOf(128, 1);
    assertClose(conv2dKernelGradient(x, x, [axis, axis]), expected, 655 * 2 ** -16);
  });
});

testOnWasm("conv2d carries NaN and infinity on, and padding adds nothing", () => {
  tf.tidy(() => {
    const x = tf.tensor4d([NaN, 1, 1, 1, 1, 1, 1, 1, Infinity], [1, 3, 3, 1]);
    const y = conv2dOver(x, tf.ones([3, 3, 1, 1]), [axisOf(3, 3), axisOf(3, 3)]);
    assert.deepEqual([...y.dataSync()], [NaN, NaN, 4, NaN, NaN, Infinity, 4, Infinity, Infinity]);
  });
});
