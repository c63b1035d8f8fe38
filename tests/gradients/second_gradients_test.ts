/** Gradients of gradients, where TensorFlow.js has them: those of a penalty on a gradient. */
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { noise } from "./convolutions.ts";
import { assertDifferences } from "./differences.ts";

registerGradients();

forEachBackend("tf.norm can be differentiated twice", () => {
  tf.tidy(() => {
    const slope = tf.grad((x: tf.Tensor) => tf.norm(x));
    const second = tf.grad((x: tf.Tensor) => slope(x))(tf.tensor1d([3, 4]), tf.tensor1d([1, 0]));
    assertClose(second, [(1 - 9 / 25) / 5, -12 / 25 / 5], 1e-6);
  });
});

for (
  const [strides, pad, dilations] of [[1, "same", 1], [2, "valid", 1], [1, "same", 2]] as const
) {
  const what = `strides ${strides}, ${pad}, dilations ${dilations}`;
  const shape = [2, 6, 5, 2], kernelShape = [3, 2, 2, 3];
  const convolve = (x: tf.Tensor, kernel: tf.Tensor) =>
    tf.square(
      tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad, "NHWC", dilations),
    );

  forEachBackend(`the input's gradient of tf.conv2d has a gradient, ${what}`, () => {
    tf.tidy(() => {
      const slope = (x: tf.Tensor, kernel: tf.Tensor) =>
        tf.grad((x: tf.Tensor) => convolve(x, kernel))(x);
      const inputs = [noise(shape, 1), noise(kernelShape, 2)] as tf.Tensor[];
      assertDifferences(slope, inputs, { tolerance: 2e-3, what });
    });
  });

  if (dilations === 1) continue; // cpu has a kernel of TensorFlow.js's there, without a gradient
  forEachBackend(`the kernel's gradient of tf.conv2d has a gradient, ${what}`, () => {
    tf.tidy(() => {
      const slope = (x: tf.Tensor, kernel: tf.Tensor) =>
        tf.grad((kernel: tf.Tensor) => convolve(x, kernel))(kernel);
      const inputs = [noise(shape, 1), noise(kernelShape, 2)] as tf.Tensor[];
      assertDifferences(slope, inputs, { tolerance: 2e-3, what });
    });
  });
}
