import * as tf from "../tf.ts";
import { type Affine, applyAffine } from "./affine.ts";
import type { KernelField } from "./layer_kinds.ts";
import { standardizeTransposedWeights } from "./standardize_transposed_weights.ts";
import { standardizeWeights } from "./standardize_weights.ts";
import type { Variant } from "./variants.ts";

/** The part of TensorFlow.js's LayerVariable that layers use: what a kernel field holds. */
export interface KernelVariable {
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

/** How one kernel is standardized. */
export interface KernelStandardization {
  /** The formula. */
  variant: Variant;
  /** The formula's epsilon. */
  epsilon: number;
  /** What gives the kernel its own mean and deviation back; nothing for plain WS. */
  affine: Affine | undefined;
}

// A model lists its raw weights, wherever the layers that hold them are: this leads on from there.
const kernelsByRaw = new WeakMap<object, StandardizedKernel>();

/**
 * Takes the place of a layer's kernel. Each read standardizes the kernel again,
 * so that gradients flow through; the raw kernel stays the variable that is trained and saved.
 */
export class StandardizedKernel implements KernelVariable {
  /**
   * Read in the kernel's place while it is set. A training loop that uses the kernel in many
   * microbatches standardizes it once into this variable, and differentiates by that.
   */
  standIn: tf.Tensor | undefined;

  /**
   * @param raw the layer's own variable
   * @param field what kind of kernel it is
   * @param standardization how it is standardized
   */
  constructor(
    readonly raw: KernelVariable,
    private readonly field: KernelField,
    private readonly standardization: KernelStandardization,
  ) {
    kernelsByRaw.set(raw, this);
  }

  /** The kernel as the layer is to use it. */
  read(): tf.Tensor {
    return this.standIn ?? this.standardized();
  }

  /** The kernel, standardized again, even if something stands in for it. */
  standardized(): tf.Tensor {
    return tf.tidy(() => {
      const kernel = this.raw.read();
      const { variant, epsilon, affine } = this.standardization;
      const { depthwise, transposed } = this.field;
      const standardized = transposed
        ? standardizeTransposedWeights(kernel, { variant, epsilon })
        : standardizeWeights(kernel, { variant, epsilon, depthwise });
      return affine === undefined ? standardized : applyAffine(standardized, affine);
    });
  }

  /** The formula and its epsilon in words, and the sums of the affine terms where there are any. */
  get description(): string {
    const { variant, epsilon, affine } = this.standardization;
    const kept = affine === undefined ? [] : [affine.gain, affine.offset];
    const sums = kept.map((values) => values.reduce((a, b) => a + b, 0));
    return [variant, epsilon, ...sums].join(", ");
  }

  /** Lets go of the raw kernel, which is a layer's own again. */
  release(): void {
    kernelsByRaw.delete(this.raw);
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
 * The standardized kernel over a weight of a model.
 *
 * @param weight one of a model's `weights`
 * @returns the kernel, or `undefined` where the weight is used as it is
 */
export function standardizedKernelOf(weight: object): StandardizedKernel | undefined {
  return kernelsByRaw.get(weight);
}
