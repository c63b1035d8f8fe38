/**
 * Weight standardization as it is written without this library: TensorFlow.js's own operations, each
 * recorded on the tape by itself, and the gradient that follows from them: the baseline for what the
 * library's single operation, with a closed-form gradient, saves.
 *
 * @module
 */
import { convolutionsInExecutionOrder } from "../../src/standardization/execution_order.ts";
import { type KernelField, layerKind } from "../../src/standardization/layer_kinds.ts";
import * as tf from "../../src/tf.ts";

/** Composer's, and the library's default. */
const epsilon = 1e-10;

/**
 * Composer's formula by operations of TensorFlow.js: `(W - mean(W)) / sqrt(var(W) + 1e-10)`, filter
 * by filter.
 *
 * @param kernel `[..., inChannels, outChannels]`; depthwise `[height, width, inChannels, multiplier]`
 * @param depthwise whether each pair of an input channel and a multiplier is a filter of its own
 */
export function standardizeByGenericOps(kernel: tf.Tensor, depthwise: boolean): tf.Tensor {
  return tf.tidy(() => {
    const axes = kernel.shape.map((_, axis) => axis).slice(0, depthwise ? -2 : -1);
    const centred = tf.sub(kernel, tf.mean(kernel, axes, true));
    const variance = tf.mean(tf.square(centred), axes, true);
    return tf.div(centred, tf.sqrt(tf.add(variance, epsilon)));
  });
}

/** The part of a layer's kernel that a convolution reads. */
interface Readable {
  read(): tf.Tensor;
}

/**
 * Lets a model's convolutions read their kernels standardized by {@linkcode standardizeByGenericOps}.
 * The raw kernels stay the weights that are trained.
 *
 * @returns how many layers are standardized
 */
export function applyByGenericOps(model: tf.LayersModel): number {
  const { layers } = convolutionsInExecutionOrder(model);
  for (const layer of layers) {
    for (const field of layerKind(layer.getClassName())!.kernels) standardizeField(layer, field);
  }
  return layers.length;
}

function standardizeField(layer: tf.layers.Layer, { name, depthwise }: KernelField): void {
  // TensorFlow.js declares a layer's kernels protected.
  const fields = layer as unknown as Record<string, Readable>;
  const raw = fields[name]!;
  const read = () => tf.tidy(() => standardizeByGenericOps(raw.read(), depthwise));
  fields[name] = Object.create(raw, { read: { value: read } });
}
