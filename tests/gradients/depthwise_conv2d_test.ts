import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { depthwiseConv2d } from "../../src/gradients/depthwise_conv2d.ts";
import { forEachBackend } from "../backends.ts";
import { pytorch } from "../fixtures/pytorch.ts";
import {
  assertAdjoint,
  assertBackendsAgree,
  assertMatchesPytorch,
  setups,
} from "./convolutions.ts";

forEachBackend("depthwiseConv2d() matches PyTorch with dilation 3", () => {
  assertMatchesPytorch(depthwiseConv2d, [0, 1], pytorch.depthwiseConv2d);
});

forEachBackend("depthwiseConv2d() has adjoint gradients", () => {
  const property = fc.property(setups, (setup) => assertAdjoint(depthwiseConv2d, setup));
  fc.assert(property, { numRuns: 60, seed: 1 });
});

Deno.test("depthwiseConv2d() is the same on cpu and wasm", async () => {
  const property = fc.asyncProperty(setups, (setup) => assertBackendsAgree(depthwiseConv2d, setup));
  await fc.assert(property, { numRuns: 40, seed: 2 });
});

Deno.test("depthwiseConv2d() names what is wrong with its kernel", () => {
  tf.tidy(() => {
    const x: tf.Tensor4D = tf.zeros([1, 4, 4, 2]), kernel: tf.Tensor4D = tf.zeros([3, 3, 3, 1]);
    const message = /depthwiseConv2d as kernel .* as x \(2\): current value is 3/;
    assert.throws(() => depthwiseConv2d(x, kernel, 1, 0), { name: "TypeError", message });
  });
});
