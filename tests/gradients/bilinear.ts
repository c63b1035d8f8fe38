/** What the tests of ops that are linear in their map and in their kernel share. */
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";

/** An op on a map and a kernel. */
export type BilinearOp = (x: tf.Tensor, kernel: tf.Tensor) => tf.Tensor;

/** `[y, dx, dkernel]` for the gradients of `sum(y * dy)`. */
export function withGradients(
  op: BilinearOp,
  x: tf.Tensor,
  kernel: tf.Tensor,
  dy: tf.Tensor,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const [dx, dkernel] = tf.grads(op as (...inputs: tf.Tensor[]) => tf.Tensor)([x, kernel], dy);
  return [op(x, kernel), dx!, dkernel!];
}

/** The sum of `a * b`. */
export function inner(a: tf.Tensor, b: tf.Tensor): number {
  return tf.sum(tf.mul(a, b)).dataSync()[0]!;
}

/** Fails unless `<dy, y> = <dx, x> = <dkernel, kernel>`, as for every op that is bilinear. */
export function assertBilinear(
  op: BilinearOp,
  x: tf.Tensor,
  kernel: tf.Tensor,
  dy: tf.Tensor,
): void {
  const [y, dx, dkernel] = withGradients(op, x, kernel, dy);
  const tolerance = 1e-6 * (y.size + x.size + kernel.size);
  const expected = inner(dy, y);
  assertClose([inner(dx, x)], [expected], tolerance, "<dx, x>");
  assertClose([inner(dkernel, kernel)], [expected], tolerance, "<dkernel, kernel>");
}
