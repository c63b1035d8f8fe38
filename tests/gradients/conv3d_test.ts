import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { conv3d } from "../../src/gradients/conv3d.ts";
import type { Padding3D } from "../../src/gradients/volume.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { assertBilinear, withGradients } from "./bilinear.ts";
import { noise } from "./convolutions.ts";

const tripleOf = (min: number, max: number): fc.Arbitrary<[number, number, number]> => {
  const size = fc.integer({ min, max });
  return fc.tuple(size, size, size);
};
const pair = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
const paddings: fc.Arbitrary<Padding3D> = fc.oneof(
  fc.constantFrom<Padding3D>("valid", "same"),
  fc.integer({ min: 0, max: 3 }),
  fc.tuple(pair, pair, pair).map(([depth, height, width]): Padding3D => [
    [0, 0],
    depth,
    height,
    width,
    [0, 0],
  ]),
);

const valuesOf = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

/** Volumes that hold the window of every kernel, whatever the padding. */
const setups = fc.record({
  size: tripleOf(3, 5),
  taps: tripleOf(1, 2),
  steps: tripleOf(1, 3),
  isDilated: fc.boolean(),
  pad: paddings,
  isChannelsFirst: fc.boolean(),
}).map(({ steps, isDilated, ...rest }) => {
  const [depth, height, width] = steps;
  const narrow: [number, number, number] = [
    Math.min(depth, 2),
    Math.min(height, 2),
    Math.min(width, 2),
  ];
  return { ...rest, strides: isDilated ? 1 : steps, dilations: isDilated ? narrow : 1 };
});

forEachBackend("conv3d() has adjoint gradients", () => {
  const property = fc.property(setups, (setup) => {
    const { size, taps, strides, dilations, pad, isChannelsFirst } = setup;
    const dataFormat = isChannelsFirst ? "NCDHW" : "NDHWC";
    tf.tidy(() => {
      const x = noise(isChannelsFirst ? [2, 2, ...size] : [2, ...size, 2], 1);
      const kernel = noise([...taps, 2, 3], 2);
      const op = (x: tf.Tensor, kernel: tf.Tensor) =>
        conv3d(x as tf.Tensor as tf.Tensor5D, kernel as tf.Tensor as tf.Tensor5D, strides, pad, {
          dilations,
          dataFormat,
        });
      assertBilinear(op, x, kernel, noise(op(x, kernel).shape, 3));
    });
  });
  fc.assert(property, { numRuns: 40, seed: 1 });
});

Deno.test("conv3d() is on wasm what tf.conv3d is on cpu, with its gradients", async () => {
  for (const pad of ["valid", "same"] as const) {
    for (const strides of [1, [2, 1, 3] as [number, number, number]]) {
      const evaluate = (convolution: typeof conv3d) =>
        tf.tidy(() => {
          const x = noise([2, 5, 4, 6, 2], 1), kernel = noise([3, 2, 3, 2, 3], 2);
          const op = (x: tf.Tensor, kernel: tf.Tensor) =>
            convolution(x as tf.Tensor5D, kernel as tf.Tensor5D, strides, pad);
          const results = withGradients(op, x, kernel, noise(op(x, kernel).shape, 3));
          return { shapes: results.map(({ shape }) => shape), values: results.map(valuesOf) };
        });
      await tf.setBackend("cpu");
      const expected = evaluate((x, kernel) => tf.conv3d(x, kernel, strides, pad));
      await tf.setBackend("wasm");
      const actual = evaluate(conv3d);
      assert.deepEqual(actual.shapes, expected.shapes);
      actual.values.forEach((values, i) => assertClose(values, expected.values[i]!, 2e-5));
    }
  }
});

forEachBackend("conv3d() takes a gradient when the padding is wider than the volume", () => {
  tf.tidy(() => {
    const x = noise([1, 2, 1, 2, 2], 1), kernel = noise([3, 3, 2, 2, 2], 2);
    const pad: Padding3D = [[0, 0], [5, 0], [3, 3], [0, 4], [0, 0]];
    const op = (x: tf.Tensor, kernel: tf.Tensor) =>
      conv3d(x as tf.Tensor as tf.Tensor5D, kernel as tf.Tensor as tf.Tensor5D, [4, 1, 2], pad);
    assertBilinear(op, x, kernel, noise(op(x, kernel).shape, 3));
  });
});

Deno.test("conv3d() names what is wrong with its arguments", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R5>([1, 4, 4, 4, 2]), kernel = tf.zeros<tf.Rank.R5>([3, 3, 3, 2, 1]);
    const expectError = (name: string, message: RegExp, run: () => unknown) =>
      assert.throws(run, { name, message });
    const flat = tf.zeros([4, 4, 4, 2]) as tf.Tensor as tf.Tensor5D;
    expectError(
      "TypeError",
      /conv3d as x must be \[batch, depth/,
      () => conv3d(flat, kernel, 1, 0),
    );
    expectError(
      "TypeError",
      /as many input channels as x \(4\)/,
      () => conv3d(x, kernel, 1, 0, { dataFormat: "NCDHW" }),
    );
    const short = [[0, 0], [1, 1], [1, 1], [0, 0]] as unknown as Padding3D; // what types forbid
    expectError("TypeError", /conv3d as pad must be "valid"/, () => conv3d(x, kernel, 1, short));
    expectError("RangeError", /pad must be whole.* 0.5/, () => conv3d(x, kernel, 1, 0.5));
    expectError(
      "RangeError",
      /strides must be one or.*\[1,0,1\]/,
      () => conv3d(x, kernel, [1, 0, 1], 0),
    );
    expectError(
      "RangeError",
      /either strides or dilations/,
      () => conv3d(x, kernel, 2, 0, { dilations: 2 }),
    );
    expectError(
      "RangeError",
      /dataFormat must be "NDHWC" or "NCDHW"/,
      () => conv3d(x, kernel, 1, 0, { dataFormat: "NHWC" as "NDHWC" }),
    );
    expectError(
      "RangeError",
      /as large as the window \(5\): current value is 4/,
      () => conv3d(x, kernel, 1, 0, { dilations: [1, 2, 1] }),
    );
  });
});
