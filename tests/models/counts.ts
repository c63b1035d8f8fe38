/** What tests of models ask of a model. */
import type * as tf from "../../src/tf.ts";

/** How many trainable values a model has. */
export function trainableValues(model: tf.LayersModel): number {
  const sizes = model.trainableWeights.map((weight) => weight.shape as number[]);
  return sizes.reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/** Names of the convolutions, depth-first from the outputs, a layer's inputs first to last. */
export function convolutionNames(model: tf.LayersModel): string[] {
  const names: string[] = [];
  const seen = new Set<tf.SymbolicTensor>();
  const visit = (tensor: tf.SymbolicTensor) => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    tensor.inputs.forEach(visit);
    if (tensor.sourceLayer.getClassName().endsWith("Conv2D")) names.push(tensor.sourceLayer.name);
  };
  model.outputs.forEach(visit);
  return names;
}
