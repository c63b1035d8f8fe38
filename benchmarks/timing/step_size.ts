import { convolutionsInExecutionOrder } from "../../src/standardization/execution_order.ts";
import { layerKind } from "../../src/standardization/layer_kinds.ts";
import type * as tf from "../../src/tf.ts";
import type { StepSize } from "../record/mod.ts";

/**
 * What a step of a model has to do:
 *
 *     kernelBytes  = 4 · Σ numbers of a standardized kernel
 *     multiplyAdds = Σ batch · output pixels · numbers of a kernel
 *
 * The kernels of the first sum are those of convolutions that weight standardization finds, whether
 * or not it is applied; dense kernels are in the second alone, with one output pixel.
 *
 * @param model with a fixed extent of its images
 * @param batchSize images a step
 */
export function stepSizeOf(model: tf.LayersModel, batchSize: number): StepSize {
  const convolutions = new Set(convolutionsInExecutionOrder(model).layers);
  let [numbers, perImage] = [0, 0];
  for (const layer of model.layers) {
    const size = kernelNumbers(layer);
    if (convolutions.has(layer)) numbers += size;
    perImage += size * outputPixels(layer);
  }
  return { kernelBytes: 4 * numbers, multiplyAdds: batchSize * perImage };
}

/** Numbers in what a layer multiplies its input with; 0 for one that has no kernel. */
function kernelNumbers(layer: tf.layers.Layer): number {
  const kind = layerKind(layer.getClassName());
  const names = kind?.kernels.map(({ name }) => name) ??
    (layer.getClassName() === "Dense" ? ["kernel"] : []);
  // TensorFlow.js declares a layer's kernels protected.
  const fields = layer as unknown as Record<string, tf.LayerVariable>;
  return names.reduce((sum, name) => sum + product(fields[name]!.shape), 0);
}

/** `[batch, height, width, channels]` has height · width of them, `[batch, channels]` one. */
function outputPixels(layer: tf.layers.Layer): number {
  return product((layer.outputShape as tf.Shape).slice(1, -1));
}

function product(shape: tf.Shape): number {
  return shape.reduce<number>((size, length) => size * (length ?? 1), 1);
}
