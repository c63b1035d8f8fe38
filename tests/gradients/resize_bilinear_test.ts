import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { interpolationMatrix, type Sampling } from "../../src/gradients/interpolation.ts";
import { resizeBilinear } from "../../src/gradients/resize_bilinear.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";

for (const { size, x, upstream, y, dx } of pytorch.resizeBilinear) {
  forEachBackend(`resizeBilinear() matches PyTorch from ${x.shape} to ${size}`, () => {
    tf.tidy(() => {
      const resize = (x: tf.Tensor) => resizeBilinear(x as tf.Tensor4D, size);
      assertClose(resize(toTensor(x)), y.values, 1e-6, "y");
      assertClose(tf.grad(resize)(toTensor(x), toTensor(upstream)), dx.values, 2e-6, "dx");
    });
  });
}

const sizes = fc.integer({ min: 1, max: 9 });

forEachBackend("interpolationMatrix() is what TensorFlow.js resizes with", () => {
  const samplings = fc.constantFrom<Sampling>("half-pixel", "corners-aligned", "corner");
  fc.assert(
    fc.property(sizes, sizes, samplings, (input, output, sampling) => {
      tf.tidy(() => {
        const x: tf.Tensor4D = tf.reshape(tf.eye(input), [1, input, 1, input]);
        const isAligned = sampling === "corners-aligned";
        const isHalf = sampling === "half-pixel";
        const resized = tf.image.resizeBilinear(x, [output, 1], isAligned, isHalf);
        const matrix = interpolationMatrix(input, output, sampling);
        assertClose(matrix, resized.dataSync(), 2e-6);
      });
    }),
    { numRuns: 60, seed: 4 },
  );
});

forEachBackend("resizeBilinear() has an adjoint gradient", () => {
  fc.assert(
    fc.property(sizes, sizes, sizes, sizes, (height, width, outHeight, outWidth) => {
      tf.tidy(() => {
        const x: tf.Tensor4D = tf.randomUniform([2, height, width, 3], -1, 1, "float32", 1);
        const dy = tf.randomUniform([2, outHeight, outWidth, 3], -1, 1, "float32", 2);
        const resize = (x: tf.Tensor) => resizeBilinear(x as tf.Tensor4D, [outHeight, outWidth]);
        const expected = tf.sum(tf.mul(dy, resize(x))).dataSync();
        assertClose(tf.sum(tf.mul(tf.grad(resize)(x, dy), x)), expected, 1e-4);
      });
    }),
    { numRuns: 40, seed: 5 },
  );
});

Deno.test("resizeBilinear() refuses a size that is not whole", () => {
  const x: tf.Tensor4D = tf.zeros([1, 2, 2, 1]);
  assert.throws(() => resizeBilinear(x, [2.5, 2]), {
    name: "RangeError",
    message: /size must be whole and >= 1: current value is 2.5/,
  });
  x.dispose();
});
