import type * as tf from "../tf.ts";
import { check, checkNames, isInteger } from "../check.ts";
import { checkModel } from "./check_model.ts";
import { countedConvolutions } from "./counted_convolutions.ts";
import { convolutionsInExecutionOrder } from "./execution_order.ts";
import "./saved_classes.ts";
import {
  bakeLayer,
  removeFromLayer,
  standardizationOf,
  standardizeLayer,
} from "./standardized_layer.ts";
import { formulaOf, type StandardizationOptions } from "./variants.ts";

/** Options of {@linkcode applyWeightStandardization}. */
export interface ApplyWeightStandardizationOptions extends StandardizationOptions {
  /**
   * How many of the last convolutions, in execution order, are left alone. An integer >= 0.
   *
   * @default {0}
   */
  nLastLayersIgnore?: number | undefined;
  /**
   * Whether the model keeps computing what it does now: each filter's mean and deviation become
   * constant affine terms of the standardized kernel, saved with the model. For a network that was
   * trained without weight standardization, to go on training with it; outputs are equal up to
   * rounding. Not trainable, unlike a normalization's.
   *
   * @default {false}
   */
  preserveOutputs?: boolean | undefined;
}

/** What {@linkcode applyWeightStandardization} did. */
export interface AppliedWeightStandardization {
  /** How many convolution layers are standardized. */
  count: number;
  /** Their names, in execution order. */
  standardized: string[];
  /** The names of the convolution layers that are not. */
  ignored: string[];
}

/**
 * Standardizes a model's convolutions in place: all of them in execution order but the last
 * `nLastLayersIgnore`. From here on they convolve with `standardizeWeights(kernel)`, in training
 * and in inference; the raw kernels stay the weights that are optimized, decayed and saved, under
 * their names. Nested models and wrapped layers are standardized in their places, shared layers
 * once; transposed convolutions and dense layers never. Standardize before the first training step:
 * weights that were trained without it lose their scale.
 *
 * A custom layer's convolutions are taken in the order of its properties, with a warning where
 * layers are to be ignored, as those may then not be the last to run. A second application changes
 * nothing and warns; a model without convolutions warns.
 *
 * @param model a LayersModel or Sequential of any copy of TensorFlow.js
 * @param options how many layers to ignore, the variant and its epsilon
 * @returns how many and which layers are standardized, and which are not
 * @throws {TypeError} if `model` is not a model made of layers, or outputs are to be preserved of a
 *   model that is not built yet
 * @throws {RangeError} if `nLastLayersIgnore` is not an integer >= 0, the variant or an option is
 *   unknown, epsilon is negative or not finite, or the model is standardized already by another
 *   formula
 *
 * @see mosaicml/composer, `composer/algorithms/weight_standardization`
 *
 * @example
 * ```ts
 * import { applyWeightStandardization, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [16, 16, 3], name: "first" }),
 *     tf.layers.batchNormalization(),
 *     tf.layers.conv2d({ filters: 4, kernelSize: 1, name: "last" }),
 *   ],
 * });
 * const { count, standardized, ignored } = applyWeightStandardization(model, {
 *   nLastLayersIgnore: 1,
 * });
 * assert.equal(count, 1);
 * assert.deepEqual([standardized, ignored], [["first"], ["last"]]);
 * ```
 */
export function applyWeightStandardization(
  model: tf.LayersModel,
  options: ApplyWeightStandardizationOptions = {},
): AppliedWeightStandardization {
  const { nLastLayersIgnore = 0, preserveOutputs = false, ...formula } = options;
  checkArguments(model, nLastLayersIgnore, formula);
  const { layers, opaque } = countedConvolutions(model);
  const chosen = layers.slice(0, Math.max(layers.length - nLastLayersIgnore, 0));
  const already = chosen.filter((layer) => standardizationOf(layer) !== undefined);
  already.forEach((layer) => checkSameFormula(layer, formula));
  warn(layers.length, chosen.length, already.length, nLastLayersIgnore > 0 ? opaque : []);
  for (const layer of chosen) {
    if (!already.includes(layer)) standardizeLayer(layer, { ...formula, preserveOutputs });
  }
  const isStandardized = (layer: tf.layers.Layer) => standardizationOf(layer) !== undefined;
  const standardized = layers.filter(isStandardized).map(({ name }) => name);
  const ignored = layers.filter((layer) => !isStandardized(layer)).map(({ name }) => name);
  return { count: standardized.length, standardized, ignored };
}

/**
 * Takes weight standardization away from a model, in place: its convolutions use their raw kernels
 * again, which gives the model other outputs.
 *
 * @param model a LayersModel or Sequential
 * @returns the names of the layers that were standardized, in execution order
 * @throws {TypeError} if `model` is not a model made of layers
 *
 * @example
 * ```ts
 * import { applyWeightStandardization, removeWeightStandardization, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const model = tf.sequential({
 *   layers: [tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [16, 16, 3], name: "only" })],
 * });
 * applyWeightStandardization(model);
 * assert.deepEqual(removeWeightStandardization(model), ["only"]);
 * assert.equal(model.layers[0]!.getClassName(), "Conv2D");
 * ```
 */
export function removeWeightStandardization(model: tf.LayersModel): string[] {
  checkModel(model, "removeWeightStandardization");
  return convolutionsInExecutionOrder(model).layers.filter(removeFromLayer).map(({ name }) => name);
}

/**
 * Bakes weight standardization into a model's kernels, in place: they are standardized once and for
 * all, the layers are plain ones again, and the outputs stay what they were, whatever constraints
 * the raw kernels are under. For inference, at no cost at run time. Trained further, the kernels
 * would not stay standardized.
 *
 * @param model a LayersModel or Sequential, built
 * @returns the names of the layers that were standardized, in execution order
 * @throws {TypeError} if `model` is not a model made of layers, or not built yet
 *
 * @example
 * ```ts
 * import { applyWeightStandardization, bakeWeightStandardization, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const model = tf.sequential({
 *   layers: [tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [16, 16, 3], name: "only" })],
 * });
 * applyWeightStandardization(model);
 * const x = tf.randomNormal([1, 16, 16, 3]);
 * const before = model.predict(x) as tf.Tensor;
 * assert.deepEqual(bakeWeightStandardization(model), ["only"]);
 * const after = model.predict(x) as tf.Tensor;
 * assert.ok(tf.max(tf.abs(tf.sub(after, before))).dataSync()[0]! < 1e-5);
 * ```
 */
export function bakeWeightStandardization(model: tf.LayersModel): string[] {
  checkModel(model, "bakeWeightStandardization");
  return convolutionsInExecutionOrder(model).layers.filter(bakeLayer).map(({ name }) => name);
}

const optionNames = ["nLastLayersIgnore", "preserveOutputs", "variant", "epsilon"] as const;

function checkArguments(
  model: tf.LayersModel,
  nLastLayersIgnore: number,
  formula: StandardizationOptions,
): void {
  checkModel(model, "applyWeightStandardization");
  checkNames(
    "applyWeightStandardization as options",
    { nLastLayersIgnore, ...formula },
    optionNames,
  );
  formulaOf(formula, "applyWeightStandardization");
  const requirement = "applyWeightStandardization as nLastLayersIgnore must be an integer >= 0";
  check(isInteger(nLastLayersIgnore, 0), RangeError, requirement, nLastLayersIgnore);
}

function checkSameFormula(layer: tf.layers.Layer, formula: StandardizationOptions): void {
  const present = standardizationOf(layer)!;
  const { epsilon } = formulaOf(formula, "applyWeightStandardization");
  const variant = formula.variant ?? "composer";
  if (present.variant === variant && present.epsilon === epsilon) return;
  throw new RangeError(
    `Cannot applyWeightStandardization as layer ${layer.name} is standardized already, by ` +
      `${present.variant} with epsilon ${present.epsilon}, not ${variant} with ${epsilon}: ` +
      "call removeWeightStandardization first",
  );
}

function warn(found: number, chosen: number, already: number, opaque: readonly string[]): void {
  const note = (text: string) => console.warn(`applyWeightStandardization: ${text}`);
  if (found === 0) note("the model has no convolutions, nothing is standardized");
  else if (chosen === 0) note(`all ${found} convolutions are ignored, nothing is standardized`);
  if (already > 0) note(`${already} layers are standardized already, they stay as they are`);
  if (opaque.length > 0) {
    note(
      `the order inside of ${opaque.join(", ")} is not known and taken as defined, ` +
        "so the ignored convolutions may not be the last to run",
    );
  }
}
