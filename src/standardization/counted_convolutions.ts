import type * as tf from "../tf.ts";
import { type Convolutions, convolutionsInExecutionOrder } from "./execution_order.ts";
import { layerKind } from "./layer_kinds.ts";
import { standardizationOf } from "./standardized_layer.ts";

/**
 * The convolutions that the method counts, in execution order: all but transposed ones, which are
 * standardized where their layer was made so, and never by surgery on a model.
 *
 * @param model a model, built; or a single layer
 * @returns the convolutions, and the custom layers in which their order is only that of definition
 */
export function countedConvolutions(model: tf.layers.Layer): Convolutions {
  const { layers, opaque } = convolutionsInExecutionOrder(model);
  return { layers: layers.filter((layer) => !isOnRequestOnly(layer)), opaque };
}

function isOnRequestOnly(layer: tf.layers.Layer): boolean {
  const className = standardizationOf(layer)?.className ?? layer.getClassName();
  return layerKind(className)?.onRequestOnly === true;
}
