import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { conv1d, type Padding1D, type StockPadding1D } from "../../src/gradients/conv1d.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { assertBilinear } from "./bilinear.ts";
import { noise } from "./convolutions.ts";

const end = fc.integer({ min: 0, max: 4 });
const lists = fc.tuple(end, end).chain((ends) =>
  fc.constantFrom<Padding1D | StockPadding1D>([[0, 0], ends, [0, 0]], [[0, 0], [0, 0], ends, [
    0,
    0,
  ]])
);
const setups = fc.record({
  width: fc.integer({ min: 6, max: 12 }),
  taps: fc.integer({ min: 1, max: 3 }),
  step: fc.integer({ min: 1, max: 3 }),
  isDilated: fc.boolean(),
  pad: fc.oneof(fc.constantFrom<Padding1D | StockPadding1D>("valid", "same"), end, lists),
  isChannelsFirst: fc.boolean(),
});

forEachBackend("conv1d() has adjoint gradients", () => {
  const property = fc.property(setups, (setup) => {
    const { width, taps, step, isDilated, pad, isChannelsFirst } = setup;
    const dataFormat = isChannelsFirst ? "NCW" : "NWC";
    const [stride, dilations] = isDilated ? [1, Math.min(step, 2)] : [step, 1];
    tf.tidy(() => {
      const x = noise(isChannelsFirst ? [2, 2, width] : [2, width, 2], 1);
      const kernel = noise([taps, 2, 3], 2);
      const op = (x: tf.Tensor, kernel: tf.Tensor) =>
        conv1d(x as tf.Tensor3D, kernel as tf.Tensor3D, stride, pad, { dilations, dataFormat });
      assertBilinear(op, x, kernel, noise(op(x, kernel).shape, 3));
    });
  });
  fc.assert(property, { numRuns: 40, seed: 1 });
});

forEachBackend("conv1d() gives what tf.conv1d gives", () => {
  const explicit: StockPadding1D = [[0, 0], [0, 0], [2, 1], [0, 0]];
  for (const pad of ["valid", "same", explicit] as const) {
    for (const [stride, dilations] of [[1, 1], [2, 1], [1, 2]] as const) {
      tf.tidy(() => {
        const x = noise([2, 9, 3], 1) as tf.Tensor as tf.Tensor3D;
        const kernel = noise([3, 3, 4], 2) as tf.Tensor as tf.Tensor3D;
        // The kernels of the tensorflow backend do not pad explicitly: there the map is padded.
        const [map, padding] = typeof pad === "string"
          ? [x, pad] as const
          : [tf.pad(x, [[0, 0], [2, 1], [0, 0]]), "valid"] as const;
        const expected = tf.conv1d(map, kernel, stride, padding, "NWC", dilations);
        const y = conv1d(x, kernel, stride, pad, { dilations });
        assert.deepEqual(y.shape, expected.shape);
        assertClose(y, expected.dataSync(), 1e-5);
      });
    }
  }
});

Deno.test("conv1d() names what is wrong with its arguments", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R3>([1, 6, 2]), kernel = tf.zeros<tf.Rank.R3>([3, 2, 1]);
    const flat = tf.zeros([6, 2]) as tf.Tensor as tf.Tensor3D;
    const expectError = (name: string, message: RegExp, run: () => unknown) =>
      assert.throws(run, { name, message });
    expectError(
      "TypeError",
      /conv1d as x must be \[batch.*\[6,2\]/,
      () => conv1d(flat, kernel, 1, 0),
    );
    expectError(
      "TypeError",
      /conv1d as kernel must have as many input channels as x \(6\)/,
      () => conv1d(x, kernel, 1, 0, { dataFormat: "NCW" }),
    );
    const odd = [[0, 0], [1, 1], [1, 1], [0, 0]] as unknown as Padding1D; // what types forbid
    for (
      const pad of [
        odd,
        [[1, 0], [0, 0], [0, 0]] as unknown as Padding1D,
        [] as unknown as 0,
        null as unknown as 0,
      ]
    ) {
      expectError("TypeError", /conv1d as pad must be "valid"/, () => conv1d(x, kernel, 1, pad));
    }
    expectError("RangeError", /conv1d as pad must be whole.* -1/, () => conv1d(x, kernel, 1, -1));
    expectError("RangeError", /conv1d as strides must be whole.* 0/, () => conv1d(x, kernel, 0, 0));
    expectError(
      "RangeError",
      /conv1d as either strides or dilations/,
      () => conv1d(x, kernel, 2, 0, { dilations: 2 }),
    );
    expectError(
      "RangeError",
      /conv1d as dataFormat must be "NWC" or "NCW": current value is "NHWC"/,
      () => conv1d(x, kernel, 1, 0, { dataFormat: "NHWC" as "NWC" }),
    );
    expectError(
      "RangeError",
      /conv1d as the padded input .* \(7\): current value is 6/,
      () => conv1d(x, kernel, 1, 0, { dilations: 3 }),
    );
  });
});
