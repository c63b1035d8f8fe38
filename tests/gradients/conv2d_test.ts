import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { conv2d } from "../../src/gradients/conv2d.ts";
import { depthwiseConv2d } from "../../src/gradients/depthwise_conv2d.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch } from "../fixtures/pytorch.ts";
import {
  assertAdjoint,
  assertBackendsAgree,
  assertMatchesPytorch,
  gradientsOf,
  noise,
  setups,
} from "./convolutions.ts";

for (const [i, expected] of pytorch.conv2d.entries()) {
  const { stride, padding, dilation } = expected;
  const how = `stride ${stride}, padding ${padding} and dilation ${dilation}`;
  forEachBackend(`conv2d() matches PyTorch with ${how} (case ${i})`, () => {
    assertMatchesPytorch(conv2d, [0, 1, 2], expected);
  });
}

forEachBackend("conv2d() has adjoint gradients", () => {
  fc.assert(fc.property(setups, (setup) => assertAdjoint(conv2d, setup)), { numRuns: 60, seed: 1 });
});

Deno.test("conv2d() is the same on cpu and wasm", async () => {
  const property = fc.asyncProperty(setups, (setup) => assertBackendsAgree(conv2d, setup));
  await fc.assert(property, { numRuns: 40, seed: 2 });
});

forEachBackend("conv2d() keeps the centre tap alone when the dilation reaches the map", () => {
  tf.tidy(() => {
    const x = noise([2, 5, 4, 3], 1), kernel = noise([3, 3, 3, 2], 2), dy = noise([2, 5, 4, 2], 3);
    const wide = (x: tf.Tensor4D, kernel: tf.Tensor4D) =>
      conv2d(x, kernel, 1, 36, { dilations: 36 });
    const centre = tf.slice(kernel, [1, 1, 0, 0], [1, 1, 3, 2]);
    const pointwise = (x: tf.Tensor4D, kernel: tf.Tensor4D) => tf.conv2d(x, kernel, 1, "valid");
    assertClose(wide(x, kernel), pointwise(x, centre).dataSync(), 1e-6);
    const [dx, dkernel] = gradientsOf(wide, [x, kernel], dy);
    const flat = tf.matMul(tf.reshape(dy, [40, 2]), tf.reshape(centre, [3, 2]), false, true);
    assertClose(dx, flat.dataSync(), 1e-6, "dx");
    const outer = tf.matMul(tf.transpose(tf.reshape(x, [40, 3])), tf.reshape(dy, [40, 2]));
    const expected = tf.pad(tf.reshape(outer, [1, 1, 3, 2]), [[1, 1], [1, 1], [0, 0], [0, 0]]);
    assertClose(dkernel, expected.dataSync(), 1e-5, "dkernel");
  });
});

forEachBackend(
  "conv2d() computes the gradients that are asked for, by the backend's kernel",
  () => {
    const kernelName = "weight-standardization/conv2d-input-gradient";
    const backendName = tf.getBackend();
    let runs = 0;
    const kernelFunc = () => {
      runs++;
      return tf.fill([1, 4, 4, 2], 7);
    };
    tf.registerKernel({ kernelName, backendName, kernelFunc });
    try {
      tf.tidy(() => {
        const x = noise([1, 4, 4, 2], 1), kernel = noise([3, 3, 2, 2], 2);
        tf.grad((kernel: tf.Tensor) => conv2d(x, kernel as tf.Tensor4D, 1, "same"))(kernel);
        assert.equal(runs, 0);
        const dx = tf.grad((x: tf.Tensor) => conv2d(x as tf.Tensor4D, kernel, 1, "same"))(x);
        assertClose(dx, new Array(32).fill(7), 0);
        assert.equal(runs, 1);
      });
    } finally {
      tf.unregisterKernel(kernelName, backendName);
    }
  },
);

forEachBackend(
  "conv2d() takes a gradient that has been in another product, in another shape",
  () => {
    tf.tidy(() => {
      const x = noise([1, 8, 8, 4], 1),
        kernel = noise([1, 1, 4, 16], 2),
        dy = noise([1, 8, 8, 16], 3);
      tf.matMul(tf.ones([1, 8]), tf.reshape(dy, [8, 128]));
      const [, dkernel] = gradientsOf(
        (x, kernel) => conv2d(x, kernel, 1, "valid"),
        [x, kernel],
        dy,
      );
      const values = [x.dataSync(), dy.dataSync()] as const;
      const expected = Array.from({ length: 64 }, (_, i) => {
        let sum = 0;
        for (let pixel = 0; pixel < 64; pixel++) {
          sum += values[0][pixel * 4 + Math.floor(i / 16)]! * values[1][pixel * 16 + i % 16]!;
        }
        return sum;
      });
      assertClose(dkernel, expected, 1e-5);
    });
  },
);

Deno.test("conv2d() names what is wrong with its arguments", () => {
  tf.tidy(() => {
    const x: tf.Tensor4D = tf.zeros([1, 4, 4, 2]), kernel: tf.Tensor4D = tf.zeros([3, 3, 2, 1]);
    const flat = tf.zeros([4, 4, 2]) as tf.Tensor as tf.Tensor4D;
    const expectError = (error: typeof TypeError, message: RegExp, run: () => unknown) =>
      assert.throws(run, (thrown) => thrown instanceof error && message.test(thrown.message));
    expectError(
      TypeError,
      /x must be \[batch.*current value is \[4,4,2\]/,
      () => conv2d(flat, kernel, 1, 0),
    );
    expectError(
      TypeError,
      /as many input channels as x \(4\)/,
      () => conv2d(x, kernel, 1, 0, { dataFormat: "NCHW" }),
    );
    expectError(TypeError, /pad must be "valid"/, () => conv2d(x, kernel, 1, "full" as "same"));
    const dataFormat = "NWHC" as "NHWC";
    const unknown = /dataFormat must be "NHWC" or "NCHW": current value is "NWHC"/;
    expectError(RangeError, unknown, () => conv2d(x, kernel, 1, 0, { dataFormat }));
    expectError(RangeError, unknown, () => depthwiseConv2d(x, kernel, 1, 0, { dataFormat }));
    expectError(
      RangeError,
      /strides must be whole and >= 1: current value is 0/,
      () => conv2d(x, kernel, [1, 0], 0),
    );
    expectError(
      RangeError,
      /pad must be whole and >= 0: current value is -1/,
      () => conv2d(x, kernel, 1, -1),
    );
    expectError(
      RangeError,
      /either strides or dilations/,
      () => conv2d(x, kernel, 2, 0, { dilations: 2 }),
    );
    expectError(
      RangeError,
      /as large as the window \(5\): current value is 4/,
      () => conv2d(x, kernel, 1, 0, { dilations: 2 }),
    );
  });
});
