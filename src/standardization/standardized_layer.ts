import * as tf from "../tf.ts";
import type { Conv2DLike } from "../layers/conv2d.ts";
import { layerKind, standardizedClassNames } from "./layer_kinds.ts";
import { standardizeWeights } from "./standardize_weights.ts";
import { formulaOf, type StandardizationOptions, type Variant } from "./variants.ts";

/** The part of TensorFlow.js's LayerVariable that layers use: what a kernel field holds. */
interface KernelVariable {
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
  dispose(): void;
  readonly shape: tf.Shape;
  readonly name: string;
  readonly originalName: string;
  readonly id: number;
  readonly dtype: tf.DataType;
  readonly constraint: unknown;
  trainable: boolean;
}

/** How a layer is standardized, as its config says it when the model is saved. */
export interface LayerStandardization {
  /** The formula. */
  variant: Variant;
  /** The formula's epsilon. */
  epsilon: number;
  /** The class that the layer was before; TensorFlow.js keeps the case of names under this key. */
  className: string;
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
 * Stands where a layer keeps its kernel. Whoever reads gets the kernel standardized, anew each time,
 * so that gradients flow through; the raw kernel stays the variable that is trained and saved.
 */
class StandardizedKernel implements KernelVariable {
  constructor(
    readonly raw: KernelVariable,
    private readonly depthwise: boolean,
    private readonly options: StandardizationOptions,
  ) {}

  read(): tf.Tensor {
    return tf.tidy(() =>
      standardizeWeights(this.raw.read(), { ...this.options, depthwise: this.depthwise })
    );
  }
  write(value: tf.Tensor): this {
    this.raw.write(value);
    return this;
  }
  dispose(): void {
    this.raw.dispose();
  }
  get shape(): tf.Shape {
    return this.raw.shape;
  }
  get name(): string {
    return this.raw.name;
  }
  get originalName(): string {
    return this.raw.originalName;
  }
  get id(): number {
    return this.raw.id;
  }
  get dtype(): tf.DataType {
    return this.raw.dtype;
  }
  get constraint(): unknown {
    return this.raw.constraint;
  }
  get trainable(): boolean {
    return this.raw.trainable;
  }
  set trainable(trainable: boolean) {
    this.raw.trainable = trainable;
  }
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
 * @param options the variant and its epsilon
 * @throws {TypeError} if the layer is no convolution, or is standardized already
 * @throws {RangeError} if the variant is unknown, or epsilon negative or not finite
 */
export function standardizeLayer(layer: tf.layers.Layer, options: StandardizationOptions): void {
  const className = layer.getClassName();
  const kind = layerKind(className);
  if (kind === undefined) {
    throw new TypeError(
      `Cannot standardizeLayer as the layer must be a plain convolution: ${layer.name} is a ${className}`,
    );
  }
  const { epsilon } = formulaOf(options, "standardizeLayer");
  const standardization = { variant: options.variant ?? "composer", epsilon, className };
  const overrides = new Map<string, PropertyDescriptor>();
  for (const { name, depthwise } of kind.kernels) {
    overrides.set(name, kernelProperty(layer, name, depthwise, standardization));
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

function constant(value: unknown): PropertyDescriptor {
  return { value, configurable: true, writable: true };
}

/** A layer that is not built has no kernel yet: `build` will assign it, and the setter takes it. */
function kernelProperty(
  layer: tf.layers.Layer,
  name: string,
  depthwise: boolean,
  options: StandardizationOptions,
): PropertyDescriptor {
  const wrap = (raw: unknown) =>
    raw == null ? raw : new StandardizedKernel(raw as KernelVariable, depthwise, options);
  let kernel = wrap(fieldsOf(layer)[name]);
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
      if (kernel instanceof StandardizedKernel) fieldsOf(layer)[name] = kernel.raw;
    }
  };
}

type SavedConfig = tf.serialization.ConfigDict & { standardization: LayerStandardization };

/** Registers the class under which standardized layers are saved, so that they load again. */
function register(standardizedClassName: string): void {
  // Loading makes the layer that was saved and standardizes it: there is no second implementation.
  class Standardized extends tf.layers.Layer {
    static className = standardizedClassName;
    static override fromConfig<T extends tf.serialization.Serializable>(
      _cls: tf.serialization.SerializableConstructor<T>,
      config: tf.serialization.ConfigDict,
    ): T {
      const { standardization, ...plainConfig } = config as SavedConfig;
      const layer = plainLayer(standardization.className, plainConfig);
      standardizeLayer(layer, standardization);
      return layer as unknown as T; // TensorFlow.js asks for an instance of the registered class
    }
  }
  tf.serialization.registerClass(Standardized);
}

function plainLayer(className: string, config: tf.serialization.ConfigDict): tf.layers.Layer {
  const registered = tf.serialization.SerializationMap.getMap().classNameMap[className];
  if (registered === undefined || layerKind(className) === undefined) {
    throw new TypeError(`Cannot load a standardized layer as its class is unknown: ${className}`);
  }
  const [cls, fromConfig] = registered;
  return fromConfig(cls, config) as tf.layers.Layer;
}

standardizedClassNames.forEach(register);
