import assert from "node:assert/strict";
import fc from "fast-check";
import {
  depthwiseInputGradient,
  depthwiseKernelGradient,
} from "../../src/gradients/depthwise_conv2d_gradients.ts";
import { depthwiseConv2d } from "../../src/gradients/depthwise_conv2d.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";
import { assertDifferences } from "../gradients/differences.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";
import { axes, eachDepthwiseProduct, noise, sumsOf } from "./windows.ts";

const geometries = fc.tuple(axes(() => 5), axes(() => 5));
/** Channels that fill blocks of 16 and 8, vectors of 4, and none; and several outputs each. */
const channels = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constant(1)),
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 3 })),
);

testOnWasm("the depthwise gradients are float64 loops', whatever the geometry", () => {
  fc.assert(
    fc.property(geometries, channels, ([height, width], [count, multiplier]) => {
      const x = noise([2, height.input, width.input, count], 1);
      const dy = noise([2, height.output, width.output, count * multiplier], 2);
      const kernel = noise([height.taps, width.taps, count, multiplier], 3);
      const [a, b, w] = [x.dataSync(), dy.dataSync(), kernel.dataSync()];
      const dx = sumsOf(
        x.size,
        (add) =>
          eachDepthwiseProduct(
            2,
            [height, width],
            [count, multiplier],
            (i, k, o) => add(i, w[k]! * b[o]!),
          ),
      );
      const dw = sumsOf(
        kernel.size,
        (add) =>
          eachDepthwiseProduct(
            2,
            [height, width],
            [count, multiplier],
            (i, k, o) => add(k, a[i]! * b[o]!),
          ),
      );
      tf.tidy(() => {
        assertClose(depthwiseInputGradient(dy, kernel, [height, width]), dx, 3e-6, "dx");
        assertClose(depthwiseKernelGradient(dy, x, [height, width]), dw, 2e-5, "dw");
      });
      tf.dispose([x, dy, kernel]);
    }),
    { numRuns: 150, seed: 1 },
  );
});

testOnWasm("the depthwise gradients are the composition's where that is a padded map", () => {
  for (const [stride, dilation] of [[1, 1], [2, 1], [1, 12]] as const) {
    const x = noise([2, 17, 15, 36], 1), kernel = noise([3, 3, 36, 1], 2);
    const op = (x: tf.Tensor, kernel: tf.Tensor) =>
      tf.sum(tf.square(depthwiseConv2d(
        x as tf.Tensor4D,
        kernel as tf.Tensor4D,
        stride,
        dilation,
        { dilations: dilation },
      )));
    assertAsComposed(() => tf.grads(op)([x, kernel]), 1e-6);
    tf.dispose([x, kernel]);
  }
});

testOnWasm(
  "depthwise-conv2d-kernel-gradient of 65,536 products is off by no more than that of a row",
  () => {
    tf.tidy(() => {
      const x = tf.fill([4, 128, 128, 12], 0.1) as tf.Tensor4D;
      const axis = {
        input: 128,
        taps: 1,
        stride: 1,
        dilation: 1,
        before: 0,
        after: 0,
        output: 128,
      };
      const product = Math.fround(Math.fround(0.1) ** 2);
      const expected = new Array<number>(12).fill(product * 2 ** 16);
      assertClose(depthwiseKernelGradient(x, x, [axis, axis]), expected, 655 * 2 ** -20);
    });
  },
);

testOnWasm("the gradient by the kernel reads nothing in JavaScript", () => {
  const { readSync } = tf.backend();
  const [x, kernel] = [noise([2, 9, 9, 8], 5), noise([3, 3, 8, 1], 6)];
  try {
    tf.backend().readSync = () => assert.fail("values were read");
    const op = (kernel: tf.Tensor) => depthwiseConv2d(x, kernel as tf.Tensor4D, 1, 1);
    tf.dispose(tf.grad(op)(kernel));
  } finally {
    tf.backend().readSync = readSync;
    tf.dispose([x, kernel]);
  }
});

testOnWasm("the depthwise gradients have gradients", () => {
  registerGradients();
  tf.tidy(() => {
    const convolve = (x: tf.Tensor, kernel: tf.Tensor) =>
      tf.square(depthwiseConv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 2, 1));
    const inputs = [noise([2, 6, 5, 2], 1), noise([3, 2, 2, 2], 2)] as tf.Tensor[];
    for (const by of [0, 1]) {
      const slope = (...args: tf.Tensor[]) =>
        tf.grad((argument: tf.Tensor) =>
          convolve(...args.with(by, argument) as [tf.Tensor, tf.Tensor])
        )(args[by]!);
      assertDifferences(slope, inputs, { tolerance: 2e-3, what: `input ${by}` });
    }
  });
});
