import type * as tf from "../tf.ts";
import { layerKind } from "./layer_kinds.ts";
import { standardizationOf } from "./standardized_layer.ts";

/** The convolutions of a model. */
export interface Convolutions {
  /** Each convolution layer once, in execution order. */
  layers: tf.layers.Layer[];
  /**
   * Names of the layers whose inside the order cannot be known of, though they hold convolutions.
   */
  opaque: string[];
}

/** A layer with what containers, wrappers and custom layers may hold beside it. */
interface Holder extends tf.layers.Layer {
  layers?: tf.layers.Layer[];
  outputs?: tf.SymbolicTensor[];
  layer?: tf.layers.Layer;
  forwardLayer?: tf.layers.Layer;
  backwardLayer?: tf.layers.Layer;
}

/**
 * The convolution layers of a model in execution order: depth-first from the model's outputs, a
 * node's inputs from first to last before the node itself, nested models in place where they are
 * first used. This is the order of calls that PyTorch's symbolic trace records, it does not change
 * when a model is saved and loaded, and it needs no forward pass. TensorFlow.js's own running order
 * is another: it takes a merge's last input first.
 *
 * @param model a model, built; or a single layer
 * @returns the convolutions, and the custom layers in which their order is only that of definition
 */
export function convolutionsInExecutionOrder(model: tf.layers.Layer): Convolutions {
  const found: Convolutions = { layers: [], opaque: [] };
  visitLayer(model, found, new Set());
  return found;
}

function visitLayer(layer: Holder, found: Convolutions, seen: Set<tf.layers.Layer>): void {
  if (seen.has(layer)) return;
  seen.add(layer);
  if (isConvolution(layer)) found.layers.push(layer);
  else if (isContainer(layer)) visitContainer(layer, found, seen);
  else if (isLayer(layer.layer)) visitLayer(layer.layer, found, seen);
  else if (isLayer(layer.forwardLayer) && isLayer(layer.backwardLayer)) {
    visitLayer(layer.forwardLayer, found, seen);
    visitLayer(layer.backwardLayer, found, seen);
  } else visitCustom(layer, found, seen);
}

/** Standardized already, or of a kind that the method standardizes. */
function isConvolution(layer: tf.layers.Layer): boolean {
  if (standardizationOf(layer) !== undefined) return true;
  const kind = layerKind(layer.getClassName());
  return kind !== undefined && !kind.onRequestOnly;
}

function isContainer(layer: Holder): layer is Holder & { layers: tf.layers.Layer[] } {
  return Array.isArray(layer.layers) && layer.layers.every(isLayer);
}

function visitContainer(
  model: Holder & { layers: tf.layers.Layer[] },
  found: Convolutions,
  seen: Set<tf.layers.Layer>,
): void {
  const nodes = new Set<unknown>();
  const visitTensor = (tensor: tf.SymbolicTensor): void => {
    const node = tensor.sourceLayer.inboundNodes[tensor.nodeIndex];
    if (node === undefined || nodes.has(node)) return;
    nodes.add(node);
    // A model's inputs may be another model's tensors: what comes before belongs to that one.
    if (model.layers.includes(tensor.sourceLayer)) node.inputTensors.forEach(visitTensor);
    visitLayer(tensor.sourceLayer, found, seen);
  };
  model.outputs?.forEach(visitTensor);
  // A Sequential that is not built yet has no outputs: its layers run in their order.
  model.layers.forEach((layer) => visitLayer(layer, found, seen));
}

/** A custom layer runs its layers in an unknown order: take the order of its properties. */
function visitCustom(layer: tf.layers.Layer, found: Convolutions, seen: Set<tf.layers.Layer>) {
  const before = found.layers.length;
  for (const held of Object.values(layer).flat(1)) if (isLayer(held)) visitLayer(held, found, seen);
  if (found.layers.length > before) found.opaque.push(layer.name);
}

function isLayer(value: unknown): value is tf.layers.Layer {
  return typeof value === "object" && value !== null && "getClassName" in value &&
    "inboundNodes" in value && "weights" in value;
}
