import type * as tf from "../tf.ts";
import { check } from "../check.ts";
import { torchForm } from "./torch_names.ts";
import type { NamedWeight } from "./torch_pairs.ts";

/**
 * Whether every weight of a model has a name of its own in PyTorch.
 *
 * @param model a LayersModel or Sequential
 */
export function hasTorchNames(model: tf.LayersModel): boolean {
  try {
    namedWeights(model, "hasTorchNames");
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * A model's weights with their names and layouts in PyTorch.
 *
 * @param model a LayersModel or Sequential
 * @param caller who asks, for messages
 * @throws {TypeError} if it is no model, a weight has no form in PyTorch, or two have one name
 */
export function namedWeights(model: tf.LayersModel, caller: string): NamedWeight[] {
  const isModel = Array.isArray(model?.layers);
  check(isModel, TypeError, `${caller} as model must be a LayersModel or Sequential`, model);
  const weights = model.weights.map((weight) => ({ weight, form: torchForm(weight) }));
  const names = new Set<string>();
  for (const { form: { name } } of weights) {
    if (names.has(name)) {
      throw new TypeError(`Cannot ${caller} as names must be unique: two weights are ${name}`);
    }
    names.add(name);
  }
  return weights;
}
