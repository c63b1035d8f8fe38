import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { RepairedConv2D } from "../layers/conv2d.ts";
import { RepairedDepthwiseConv2D } from "../layers/depthwise_conv2d.ts";
import { KaimingNormal, type KaimingNormalArgs } from "../layers/kaiming_normal.ts";
import { RepairedReLU } from "../layers/relu.ts";
import type { Initializer } from "../layers/stock.ts";
import {
  type Normalization,
  type NormalizationFactory,
  normalizationFactory,
} from "../normalization/mod.ts";
import { seedFor } from "./seed.ts";

/** What every model takes, whatever its form. */
export interface ModelOptions {
  /**
   * A normalization by its name, or a factory of layers.
   *
   * @default {"batch"}
   */
  normalization?: Normalization;
  /**
   * First values of the normalizations' scales: all 1, or uniform in `[0, 1)` as in the published
   * ImageNet recipe.
   *
   * @default {"ones"}
   */
  normalizationScale?: "ones" | "uniform";
  /**
   * The same integer gives the same weights, each layer's by its name; without one they differ from
   * model to model.
   *
   * @default {undefined}
   */
  seed?: number;
}

/** What a {@linkcode LayerBuilder} takes. */
export interface LayerBuilderOptions extends ModelOptions {
  /** Whether kernels are 0, as all weights will be loaded: drawing them takes longer than that. */
  isBlank?: boolean;
}

/** A convolution in a model; what is left out is 1, or absent. */
export interface ConvolutionOptions {
  /** Height and width of the kernel. */
  kernelSize?: number;
  /** How far the kernel moves. */
  stride?: number;
  /** The distance of its taps. */
  dilation?: number;
  /** Whether there is a bias. */
  useBias?: boolean;
  /** What draws the kernel, where it isn't `kaiming_normal_`. */
  kernelInitializer?: Initializer;
}

/**
 * Adds layers to a functional model, with what all of them share: kernels from PyTorch's
 * `kaiming_normal_`, zero biases, symmetric padding that keeps the extent at stride 1, one kind of
 * normalization.
 */
export class LayerBuilder {
  readonly #normalization: NormalizationFactory;
  readonly #scale: "ones" | "uniform";
  readonly #seed: number | undefined;
  readonly #isBlank: boolean;

  /**
   * @param options normalization, its scale, the seed, and whether there is need of first values
   * @throws {RangeError} if one of them has a value that is not known
   */
  constructor(options: LayerBuilderOptions) {
    const { normalization = "batch", normalizationScale = "ones", seed, isBlank = false } = options;
    this.#isBlank = isBlank;
    this.#normalization = normalizationFactory(normalization);
    this.#scale = normalizationScale;
    this.#seed = seed;
    const isScale = normalizationScale === "ones" || normalizationScale === "uniform";
    const requirement = 'build a model as normalizationScale must be "ones" or "uniform"';
    check(isScale, RangeError, requirement, JSON.stringify(normalizationScale));
    const isSeed = seed === undefined || Number.isInteger(seed);
    check(isSeed, RangeError, "build a model as seed must be an integer", seed);
  }

  /** `filters` channels from all of `x`'s. */
  convolution(
    x: tf.SymbolicTensor,
    name: string,
    filters: number,
    { kernelSize = 1, stride = 1, dilation = 1, useBias = false, kernelInitializer }:
      ConvolutionOptions = {},
  ): tf.SymbolicTensor {
    return connect(
      new RepairedConv2D({
        name,
        filters,
        kernelSize,
        strides: stride,
        dilationRate: dilation,
        padding: dilation * (kernelSize - 1) / 2,
        useBias,
        kernelInitializer: kernelInitializer ?? this.#kaimingNormal(name),
      }),
      x,
    );
  }

  /** Convolves each of `x`'s channels with its own 3 × 3 kernel. */
  depthwiseConvolution(x: tf.SymbolicTensor, name: string, dilation: number): tf.SymbolicTensor {
    return connect(
      new RepairedDepthwiseConv2D({
        name,
        kernelSize: 3,
        dilationRate: [dilation, dilation],
        padding: dilation,
        useBias: false,
        depthwiseInitializer: this.#kaimingNormal(name, { depthwise: true }),
      }),
      x,
    );
  }

  /** `units` sums over all of `x`'s values, with biases. */
  dense(x: tf.SymbolicTensor, name: string, units: number): tf.SymbolicTensor {
    return connect(
      tf.layers.dense({ name, units, kernelInitializer: this.#kaimingNormal(name) }),
      x,
    );
  }

  /** The model's normalization. */
  normalize(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
    return connect(this.#normalization({ name, gammaInitializer: this.#gamma(name) }), x);
  }

  /** `max(x, 0)` */
  relu(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
    return connect(new RepairedReLU({ name }), x);
  }

  #kaimingNormal(name: string, args: KaimingNormalArgs = {}): Initializer {
    if (this.#isBlank) return tf.initializers.zeros();
    return new KaimingNormal({ ...args, ...this.#seedOf(name) });
  }

  #gamma(name: string): Initializer {
    if (this.#scale === "ones") return tf.initializers.ones();
    // TensorFlow.js takes a minval of 0 for none, and begins at -0.05 then.
    const range = { minval: Number.MIN_VALUE, maxval: 1 };
    return tf.initializers.randomUniform({ ...range, ...this.#seedOf(name) });
  }

  #seedOf(name: string): { seed?: number } {
    return this.#seed === undefined ? {} : { seed: seedFor(this.#seed, name) };
  }
}

/**
 * Applies a layer to what comes before it.
 *
 * @param layer the layer
 * @param inputs one symbolic tensor, or several
 * @returns the layer's output
 */
export function connect(
  layer: tf.layers.Layer,
  inputs: tf.SymbolicTensor | tf.SymbolicTensor[],
): tf.SymbolicTensor {
  return layer.apply(inputs) as tf.SymbolicTensor;
}
