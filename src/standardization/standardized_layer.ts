import * as tf from "../tf.ts";
import type { Conv2DLike } from "../layers/conv2d.ts";
import { type Affine, affineOf } from "./affine.ts";
import { type KernelField, layerKind } from "./layer_kinds.ts";
import { type KernelVariable, StandardizedKernel } from "./standardized_kernel.ts";
import { type Formula, formulaOf, type StandardizationOptions, type Variant } from "./variants.ts";

/** How a layer is standardized, as its config says it when the model is saved. */
export interface LayerStandardization {
  /** The formula. */
  variant: Variant;
  /** The formula's epsilon. */
  epsilon: number;
  /** The class that the layer was before; TensorFlow.js keeps the case of names under this key. */
  className: string;
  /** For each kernel, what gives it its own mean and deviation back; nothing for plain WS. */
  affines?: Partial<Record<KernelField["name"], Affine>>;
}

/** Options of {@linkcode standardizeLayer}. */
export interface StandardizeLayerOptions extends StandardizationOptions {
  /** Whether each kernel keeps its mean and deviation of now, as constant affine terms. */
  preserveOutputs?: boolean | undefined;
  /** Those terms, of a layer that is loaded. */
  affines?: LayerStandardization["affines"];
}

/** How to undo the standardization of a layer, and what it is. */
interface Installed extends LayerStandardization {
  remove(): void;
}

// Beside the layers, not in them: their fields belong to TensorFlow.js.
const installed = new WeakMap<tf.layers.Layer, Installed>();

/** Fields of a layer that TensorFlow.js declares protected or private: its kernels, its call. */
function fieldsOf(layer: tf.layers.Layer): Record<string, unknown> {
  return layer as unknown as Record<string, unknown>;
}

/**
 * How a layer is standardized.
 *
 * @param layer any layer
 * @returns its standardization, or `undefined` where it has none
 */
export function standardizationOf(layer: tf.layers.Layer): LayerStandardization | undefined {
  return installed.get(layer);
}

/**
 * Standardizes a convolution layer in place, built or not: from here on it convolves with its
 * kernels standardized, calls itself by its standardized class name and says in its config how, so
 * that a saved model loads standardized, or fails with "Unknown layer", never silently plain.
 *
 * @param layer a layer whose class `layerKind` knows
 * @param options the variant and its epsilon, and whether the layer keeps computing what it does
 *   now
 * @throws {TypeError} if the layer is no convolution, is standardized already, or has no kernel yet
 *   whose outputs could be preserved
 * @throws {RangeError} if the variant is unknown, or epsilon negative or not finite
 */
export function standardizeLayer(layer: tf.layers.Layer, options: StandardizeLayerOptions): void {
  const className = layer.getClassName();
  const kind = layerKind(className);
  if (kind === undefined) {
    throw new TypeError(
      `Cannot standardizeLayer as the layer must be a plain convolution: ${layer.name} is a ${className}`,
    );
  }
  const formula = formulaOf(options, "standardizeLayer");
  const { variant = "composer", preserveOutputs = false } = options;
  const affines = preserveOutputs ? affinesOf(layer, kind.kernels, formula) : options.affines;
  const standardization: LayerStandardization = {
    variant,
    epsilon: formula.epsilon,
    className,
    ...(affines !== undefined && { affines }),
  };
  const overrides = new Map<string, PropertyDescriptor>();
  for (const field of kind.kernels) {
    overrides.set(field.name, kernelProperty(layer, field, standardization));
  }
  const getConfig = layer.getConfig.bind(layer);
  overrides.set("getClassName", constant(() => kind.standardizedClassName));
  overrides.set("getConfig", constant(() => ({ ...getConfig(), standardization })));
  if (kind.call !== undefined) overrides.set("call", constant(callThrough(layer, kind.call)));
  const remove = override(layer, overrides);
  installed.set(layer, { ...standardization, remove });
}

/**
 * Takes a layer's standardization away: it convolves with its raw kernels again.
 *
 * @param layer any layer
 * @returns whether there was a standardization to take away
 */
export function removeFromLayer(layer: tf.layers.Layer): boolean {
  const standardization = installed.get(layer);
  standardization?.remove();
  return installed.delete(layer);
}

/**
 * Writes a layer's kernels as it uses them, and takes its standardization away: it computes the
 * same as before, and no longer standardizes.
 *
 * @param layer any layer
 * @returns whether there was a standardization to bake
 * @throws {TypeError} if the layer has no kernel yet
 */
export function bakeLayer(layer: tf.layers.Layer): boolean {
  const standardization = installed.get(layer);
  if (standardization === undefined) return false;
  for (const { name } of layerKind(standardization.className)!.kernels) {
    const kernel = builtKernel(layer, name, "bake") as StandardizedKernel;
    // Not by write(), which would put the result under the constraint that raw kernels are under.
    tf.tidy(() => (kernel.raw.read() as tf.Variable).assign(kernel.standardized()));
  }
  return removeFromLayer(layer);
}

function affinesOf(
  layer: tf.layers.Layer,
  kernels: readonly KernelField[],
  formula: Formula,
): NonNullable<LayerStandardization["affines"]> {
  return Object.fromEntries(kernels.map(({ name, depthwise }) => {
    const raw = builtKernel(layer, name, "preserve the outputs of");
    return [name, affineOf(raw.read(), depthwise, formula)];
  }));
}

function builtKernel(
  layer: tf.layers.Layer,
  name: KernelField["name"],
  purpose: string,
): KernelVariable {
  const kernel = fieldsOf(layer)[name] as KernelVariable | null | undefined;
  if (kernel != null) return kernel;
  throw new TypeError(
    `Cannot ${purpose} layer ${layer.name} as it has no kernel yet: ` +
      "build the model first, by an inputShape or model.build",
  );
}

function constant(value: unknown): PropertyDescriptor {
  return { value, configurable: true, writable: true };
}

/** A layer that is not built has no kernel yet: `build` will assign it, and the setter takes it. */
function kernelProperty(
  layer: tf.layers.Layer,
  field: KernelField,
  { variant, epsilon, affines }: LayerStandardization,
): PropertyDescriptor {
  const standardization = { variant, epsilon, affine: affines?.[field.name] };
  const wrap = (raw: unknown) =>
    raw == null ? raw : new StandardizedKernel(raw as KernelVariable, field, standardization);
  let kernel = wrap(fieldsOf(layer)[field.name]);
  return {
    configurable: true,
    enumerable: true,
    get: () => kernel,
    set: (raw: unknown) => kernel = wrap(raw),
  };
}

function callThrough(
  layer: tf.layers.Layer,
  call: (layer: Conv2DLike, x: tf.Tensor4D) => tf.Tensor,
): (inputs: tf.Tensor | tf.Tensor[]) => tf.Tensor {
  return (inputs) => {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return call(layer as unknown as Conv2DLike, x as tf.Tensor4D); // a built Conv2D has its fields
  };
}

/** Defines own properties over the layer's, and returns what takes them away again. */
function override(
  layer: tf.layers.Layer,
  properties: ReadonlyMap<string, PropertyDescriptor>,
): () => void {
  const before = new Map<string, PropertyDescriptor | undefined>();
  for (const [name, property] of properties) {
    before.set(name, Object.getOwnPropertyDescriptor(layer, name));
    Object.defineProperty(layer, name, property);
  }
  return () => {
    for (const [name, property] of before) {
      const kernel = fieldsOf(layer)[name];
      delete fieldsOf(layer)[name];
      if (property !== undefined) Object.defineProperty(layer, name, property);
      if (!(kernel instanceof StandardizedKernel)) continue;
      kernel.release();
      fieldsOf(layer)[name] = kernel.raw;
    }
  };
}
