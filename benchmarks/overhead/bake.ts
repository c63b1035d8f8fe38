import { layerKind } from "../../src/standardization/layer_kinds.ts";
import { standardizeWeights } from "../../src/standardization/mod.ts";
import * as tf from "../../src/tf.ts";

/** The part of TensorFlow.js's LayerVariable that is used here. */
interface KernelVariable {
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/**
 * Replaces the kernels of a plain model's convolutions by their standardized values: it computes
 * what the standardized model computes, at the plain one's cost. For inference alone.
 *
 * @param model a model that is not standardized, of layers that are not nested
 */
export function bakeKernels(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    for (const { name, depthwise } of layerKind(layer.getClassName())?.kernels ?? []) {
      // TensorFlow.js declares a layer's kernels protected.
      const kernel = (layer as unknown as Record<string, KernelVariable>)[name]!;
      tf.tidy(() => void kernel.write(standardizeWeights(kernel.read(), { depthwise })));
    }
  }
}
