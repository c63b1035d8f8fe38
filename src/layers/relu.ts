import * as tf from "../tf.ts";
import { relu } from "../gradients/relu.ts";
import { onlyInput } from "./inputs.ts";
import type { Shape } from "./geometry.ts";

/**
 * `max(x, 0)`, whose gradient keeps the output instead of the input: the layer that follows keeps
 * it anyway.
 */
export class RepairedReLU extends tf.layers.Layer {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedReLU";

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return relu(onlyInput(inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }
}
tf.serialization.registerClass(RepairedReLU);
