/** Gradients from nothing but the op itself, to hold registered ones against. */
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";

/** An op of any number of inputs. */
export type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** How gradients are compared. */
export interface Comparison {
  /** Half the distance between the two points of a difference. @default {0.5} */
  step?: number;
  /** The largest difference allowed. @default {1e-4} */
  tolerance?: number;
  /** What the op is called in messages. */
  what?: string;
}

/**
 * Fails where the gradients of `op` at `inputs` are not its central differences, summed in float64.
 * These are exact, up to the rounding of the values, for an op that is linear, or quadratic, between
 * the points: so a step is chosen that meets no kink.
 */
export function assertDifferences(op: Op, inputs: tf.Tensor[], how: Comparison = {}): void {
  const { step = 0.5, tolerance = 1e-4, what = "gradient" } = how;
  tf.tidy(() => {
    const dy = tf.randomNormal(op(...inputs).shape, 0, 1, "float32", 7);
    const gradients = tf.grads(op)(inputs, dy);
    inputs.forEach((input, i) => {
      const at = (moved: tf.Tensor) => op(...inputs.map((other, k) => k === i ? moved : other));
      const expected = centralDifferences(at, input, dy, step);
      assertClose(gradients[i]!, expected, tolerance, `${what}, input ${i}`);
    });
  });
}

function centralDifferences(
  op: (input: tf.Tensor) => tf.Tensor,
  input: tf.Tensor,
  dy: tf.Tensor,
  step: number,
): number[] {
  const values = Float32Array.from(input.dataSync()), weights = dy.dataSync();
  const total = (moved: Float32Array) => {
    const y = tf.tidy(() => op(tf.tensor(moved, input.shape)));
    const sum = y.dataSync<"float32">().reduce((sum, value, k) => sum + value * weights[k]!, 0);
    y.dispose();
    return sum;
  };
  return Array.from(values, (_, k) => {
    const [below, above] = [-step, step].map((shift) => {
      const moved = values.slice();
      moved[k]! += shift;
      return total(moved);
    });
    return (above! - below!) / (2 * step);
  });
}
