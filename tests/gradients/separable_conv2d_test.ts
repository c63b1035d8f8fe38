import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { separableConv2d } from "../../src/gradients/separable_conv2d.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { assertBilinear } from "./bilinear.ts";
import { instantiate, noise, setups } from "./convolutions.ts";

forEachBackend("separableConv2d() has adjoint gradients for each of its kernels", () => {
  const property = fc.property(setups, (setup) => {
    tf.tidy(() => {
      const { maps: [x, depthwise], op: [, , strides, pad, options] } = instantiate(setup);
      const channels = depthwise.shape[2] * depthwise.shape[3];
      const pointwise = noise([1, 1, channels, 2], 4);
      const op = (x: tf.Tensor, depthwise: tf.Tensor, pointwise: tf.Tensor) =>
        separableConv2d(
          x as tf.Tensor4D,
          depthwise as tf.Tensor4D,
          pointwise as tf.Tensor4D,
          strides,
          pad,
          options,
        );
      const dy = noise(op(x, depthwise, pointwise).shape, 3);
      assertBilinear((x, kernel) => op(x, kernel, pointwise), x, depthwise, dy);
      assertBilinear((x, kernel) => op(x, depthwise, kernel), x, pointwise, dy);
    });
  });
  fc.assert(property, { numRuns: 40, seed: 1 });
});

forEachBackend("separableConv2d() gives what tf.separableConv2d gives", () => {
  tf.tidy(() => {
    const x = noise([2, 6, 5, 3], 1), depthwise = noise([3, 2, 3, 2], 2);
    const pointwise = noise([1, 1, 6, 4], 3);
    const expected = tf.separableConv2d(x, depthwise, pointwise, [2, 2], "same");
    const y = separableConv2d(x, depthwise, pointwise, 2, "same");
    assertClose(y, expected.dataSync(), 1e-5);
  });
});

Deno.test("separableConv2d() names what is wrong with its kernels", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 3]), depthwise = tf.zeros<tf.Rank.R4>([3, 3, 3, 2]);
    for (const shape of [[1, 1, 3, 4], [1, 2, 6, 4]] as [number, number, number, number][]) {
      const pointwise = tf.zeros<tf.Rank.R4>(shape);
      assert.throws(() => separableConv2d(x, depthwise, pointwise, 1, 0), {
        name: "TypeError",
        message: /pointwiseKernel must be \[1, 1, 6, outChannels\]/,
      });
    }
    const flat = tf.zeros([6, 4]) as tf.Tensor as tf.Tensor4D;
    assert.throws(() => separableConv2d(x, depthwise, flat, 1, 0), {
      name: "TypeError",
      message: /pointwiseKernel must be \[1, 1, inChannels, outChannels\]/,
    });
    const pointwise = tf.zeros<tf.Rank.R4>([1, 1, 6, 4]);
    const dataFormat = "NCWH" as "NCHW";
    assert.throws(() => separableConv2d(x, depthwise, pointwise, 1, 0, { dataFormat }), {
      name: "RangeError",
      message: /separableConv2d as dataFormat must be/,
    });
  });
});
