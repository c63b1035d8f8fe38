import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { conv2d } from "../../src/gradients/conv2d.ts";
import { conv2dTranspose, type Shape4D } from "../../src/gradients/conv2d_transpose.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { assertBilinear, inner } from "./bilinear.ts";
import { instantiate, noise, setups } from "./convolutions.ts";

forEachBackend("conv2dTranspose() is the transpose of conv2d(), with adjoint gradients", () => {
  const property = fc.property(setups, (setup) => {
    tf.tidy(() => {
      const { maps: [y, kernel], op: [, , strides, pad, options] } = instantiate(setup);
      const small = conv2d(y, kernel, strides, pad, options);
      const x = noise(small.shape, 4);
      const op = (x: tf.Tensor, kernel: tf.Tensor) =>
        conv2dTranspose(
          x as tf.Tensor4D,
          kernel as tf.Tensor4D,
          y.shape,
          strides,
          pad,
          options,
        );
      const tolerance = 1e-6 * (x.size + y.size + kernel.size);
      assertClose([inner(op(x, kernel), y)], [inner(x, small)], tolerance, "<op(x), y>");
      assertBilinear(op, x, kernel, noise(y.shape, 3));
    });
  });
  fc.assert(property, { numRuns: 60, seed: 1 });
});

forEachBackend("conv2dTranspose() gives what tf.conv2dTranspose gives", () => {
  for (const pad of ["valid", "same"] as const) {
    tf.tidy(() => {
      const x = noise([2, 4, 3, 5], 1), kernel = noise([3, 2, 4, 5], 2);
      const shape: Shape4D = pad === "same" ? [2, 8, 6, 4] : [2, 9, 6, 4];
      const expected = tf.conv2dTranspose(x, kernel, shape, 2, pad);
      assertClose(conv2dTranspose(x, kernel, shape, 2, pad), expected.dataSync(), 1e-5);
    });
  }
});

Deno.test("conv2dTranspose() names what is wrong with its arguments", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([2, 4, 4, 3]), kernel = tf.zeros<tf.Rank.R4>([3, 3, 5, 3]);
    const expectError = (name: string, message: RegExp, run: () => unknown) =>
      assert.throws(run, { name, message });
    const swapped = tf.zeros<tf.Rank.R4>([3, 3, 3, 5]);
    expectError(
      "TypeError",
      /conv2dTranspose as kernel must have as many input channels as x \(3\)/,
      () => conv2dTranspose(x, swapped, [2, 8, 8, 5], 2, "same"),
    );
    const shapes = [[1, 8, 8, 5], [2, 8, 8, 3], [2, 8, 5], [2, 8, 7.5, 5]];
    for (const shape of shapes as Shape4D[]) {
      expectError(
        "TypeError",
        /outputShape must have x's batch \(2\), two sizes and the kernel's output channels \(5\)/,
        () => conv2dTranspose(x, kernel, shape, 2, "same"),
      );
    }
    expectError(
      "TypeError",
      /x's height and width \[4, 4\]: from the current value \[2,8,9,5\] it gives \[4, 5\]/,
      () => conv2dTranspose(x, kernel, [2, 8, 9, 5], 2, "same"),
    );
    expectError(
      "RangeError",
      /conv2dTranspose as either strides or dilations/,
      () => conv2dTranspose(x, kernel, [2, 8, 8, 5], 2, "same", { dilations: 2 }),
    );
    expectError(
      "RangeError",
      /dataFormat must be "NHWC" or "NCHW"/,
      () => conv2dTranspose(x, kernel, [2, 8, 8, 5], 2, 1, { dataFormat: "NWC" as "NHWC" }),
    );
  });
});
