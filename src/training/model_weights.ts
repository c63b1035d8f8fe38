import type * as tf from "../tf.ts";
import { standardizedKernelOf } from "../standardization/standardized_kernel.ts";

/** Variables by their names in the file. */
export type NamedVariables = Map<string, tf.Variable>;

/**
 * A model's weights, moving statistics among them, by names that are the same for a model that is
 * built again: `model/`, the place among the model's weights, the weight's own name.
 *
 * @param model the model
 * @returns each weight's variable, in the model's order
 */
export function weightsOf(model: tf.LayersModel): NamedVariables {
  return new Map(
    model.weights.map((weight, i) => [weightName(weight, i), weight.read() as tf.Variable]),
  );
}

/**
 * The variables that a step updates, in the order in which the optimizer sees them.
 *
 * @param model the model
 * @returns the trainable weights' variables, each once: a layer that is shared with a nested model
 *   has its weights in the list twice
 */
export function trainedVariables(model: tf.LayersModel): tf.Variable[] {
  return [...new Set(model.trainableWeights.map((weight) => weight.read() as tf.Variable))];
}

/**
 * How each standardized kernel of a model is standardized.
 *
 * @param model the model
 * @returns formulas in words, by names that have the weights' names in the file
 */
export function standardizationsOf(model: tf.LayersModel): Record<string, string> {
  return Object.fromEntries(model.weights.flatMap((weight, i) => {
    const kernel = standardizedKernelOf(weight);
    const name = `standardization of ${weightName(weight, i)}`;
    return kernel === undefined ? [] : [[name, kernel.description]];
  }));
}

/** A weight's name in the file, by its place among the model's. */
export function weightName({ originalName }: { originalName: string }, place: number): string {
  return `model/${place}/${unnumbered(originalName)}`;
}

/**
 * A weight's name that is the same for a model that is built again: TensorFlow.js numbers layers
 * without a name through a whole program, `conv2d_Conv2D3/kernel`, and that number is left out.
 *
 * @param name the weight's original name
 */
export function unnumbered(name: string): string {
  return name.replace(/(_[A-Z]\w*?)\d+(?=\/)/, "$1");
}
