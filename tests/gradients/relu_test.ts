import * as tf from "../../src/tf.ts";
import { relu } from "../../src/gradients/relu.ts";
import { assertClose, forEachBackend } from "../backends.ts";

forEachBackend("relu() passes the gradient where its output is positive", () => {
  tf.tidy(() => {
    const x = tf.tensor1d([-2, -0, 0, 2 ** -100, 3]);
    const dy = tf.tensor1d([1, 2, 3, 4, 5]);
    assertClose(relu(x), [0, 0, 0, 2 ** -100, 3], 0);
    assertClose(tf.grad((x: tf.Tensor) => relu(x))(x, dy), [0, 0, 0, 4, 5], 0);
  });
});

forEachBackend("relu() can be differentiated twice through its neighbours", () => {
  tf.tidy(() => {
    const cube = (x: tf.Tensor) => tf.mul(relu(x), tf.square(x));
    const second = tf.grad((x: tf.Tensor) => tf.grad(cube)(x));
    assertClose(second(tf.tensor1d([-1, 2])), [0, 12], 1e-6);
  });
});
