/**
 * Standardizes what a file of weights says to be standardized, where the user asks for that.
 *
 * @module
 */
import type * as tf from "../tf.ts";
import { convolutionsInExecutionOrder } from "../standardization/execution_order.ts";
import {
  removeFromLayer,
  standardizationOf,
  standardizeLayer,
} from "../standardization/standardized_layer.ts";
import {
  formulaOf,
  type StandardizationOptions,
  type Variant,
} from "../standardization/variants.ts";
import type { FileEntry, NamedWeight } from "./torch_pairs.ts";
import { formulasOfFile } from "./torch_standardized.ts";

/** What is to be done to a layer. */
export interface LayerChange {
  /** The layer's name. */
  readonly layer: string;
  /** Does it; nothing of it can fail. */
  change(): void;
}

/**
 * What makes a model standardize as a file says. Layers whose weights the file does not have stay
 * as they are, and so do all of them if it says nothing.
 *
 * @param model the model
 * @param pairs its weights that are to be loaded, with the file's entries
 * @param metadata the file's
 * @returns a change for each layer that is to be another
 * @throws {TypeError} if the file standardizes what is no convolution's kernel here, by an unknown
 *   formula, or preserves outputs
 */
export function changesToFile(
  model: tf.LayersModel,
  pairs: readonly [NamedWeight, FileEntry][],
  metadata: ReadonlyMap<string, string>,
): LayerChange[] {
  const formulas = formulasOfFile(pairs, metadata);
  if (formulas.size === 0) return [];
  const { layers } = convolutionsInExecutionOrder(model);
  return pairs.flatMap(([{ weight, form: { name } }]) => {
    const layer = layers.find(({ weights }) => weights.includes(weight));
    const formula = formulas.get(name);
    if (layer === undefined && formula !== undefined) {
      fail(`${name} is no convolution's kernel in the model: build it with a convolution there`);
    }
    const isKernel = weight.shape.length > 1; // a bias follows its kernel
    return layer === undefined || !isKernel ? [] : changesOf(layer, name, formula);
  });
}

/** What is to be done to a convolution whose kernel the file says to be so, or says nothing of. */
function changesOf(
  layer: tf.layers.Layer,
  name: string,
  words: string | undefined,
): LayerChange[] {
  const present = standardizationOf(layer);
  if (words === undefined) {
    return present === undefined
      ? []
      : [{ layer: layer.name, change: () => void removeFromLayer(layer) }];
  }
  if (words === "" && present !== undefined) return []; // a name says no formula: the model's it is
  const options = optionsOf(words, name);
  const { epsilon } = formulaOf(options, "loadTorchWeights");
  const { variant = "composer" } = options;
  const isSame = present?.variant === variant && present.epsilon === epsilon &&
    present.affines === undefined;
  if (isSame) return [];
  return [{
    layer: layer.name,
    change: () => {
      removeFromLayer(layer);
      standardizeLayer(layer, options);
    },
  }];
}

/** A formula from the words of a file; Composer's, where there are none. */
function optionsOf(words: string, name: string): StandardizationOptions {
  if (words === "") return {};
  const [variant, epsilon, ...kept] = words.split(", ");
  if (kept.length > 0) {
    fail(
      `what preserveOutputs added to ${name} is not in it: load that model, by tf.loadLayersModel`,
    );
  }
  const options = { variant: variant as Variant, epsilon: Number(epsilon) };
  try {
    formulaOf(options, "loadTorchWeights");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fail(`its metadata give ${name} the formula ${JSON.stringify(words)}: ${error.message}`);
  }
  return options;
}

function fail(what: string): never {
  throw new TypeError(
    `Cannot loadTorchWeights with standardized "as file" as the file's standardization must be ` +
      `the model's: nothing is loaded, ${what}`,
  );
}
