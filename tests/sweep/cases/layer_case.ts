import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { spread, type Values } from "../values.ts";

/** A stock layer. */
export type Layer = ReturnType<typeof tf.layers.dense>;

/** A stock layer, its weights in the layer's order. */
export interface LayerCase extends Case {
  /** Its name in `tf.layers`. */
  layer: string;
}

/** What a layer's weight is read through. */
type Readable = { read(): tf.Tensor };

/** Calls a new layer with its weights replaced by tensors, so that the tape sees these. */
export function call(
  layer: Layer,
  x: tf.Tensor,
  weights: tf.Tensor[],
  training: boolean,
): tf.Tensor {
  const build = layer.build.bind(layer);
  layer.build = (shape) => {
    build(shape);
    for (const [i, weight] of weights.entries()) {
      (layer.weights[i] as Readable).read = () => tf.clone(weight);
    }
  };
  const y = layer.apply(x, { training }) as tf.Tensor;
  layer.dispose();
  return y;
}

/** A layer, and what it computes. */
export interface LayerRow {
  /** Its name in `tf.layers`. */
  layer: string;
  /** What is particular. */
  how?: string;
  /** Makes one. */
  make: () => unknown;
  /** The input's shape. */
  x: number[];
  /** In the layer's order; those that are left out keep the layer's own values. */
  weights?: Values[];
  /** @default {false} */
  training?: boolean;
  /** The same values. */
  reference: (x: Values, ...weights: Values[]) => Values;
}

/** A case of a row. */
export function toCase(
  { layer, how, make, x, weights = [], training = false, reference }: LayerRow,
): LayerCase {
  return {
    layer,
    name: `layers.${layer}${how === undefined ? "" : ` ${how}`}`,
    inputs: [spread(x, -1, 1, 9), ...weights],
    op: (x, ...weights) => call(make() as Layer, x, weights, training),
    reference,
  };
}
