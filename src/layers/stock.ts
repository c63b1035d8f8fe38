/**
 * Classes of TensorFlow.js that it uses but does not export, taken from instances. What a layer
 * extends here it need not repeat: reading its arguments, making its weights, its configuration.
 *
 * @module
 */
import * as tf from "../tf.ts";
import type { Padding2D } from "../gradients/arguments.ts";
import type { Padding1D } from "../gradients/conv1d.ts";
import type { Padding3D } from "../gradients/volume.ts";
import type { Padding } from "./geometry.ts";

/** A weight as a layer's call sees it. Weight standardization puts its own object in its place. */
export interface ReadableWeight {
  /** The weight's value. */
  read(): tf.Tensor;
}

/** An activation, as `tf.layers` makes it of its name. */
export interface Activation {
  /** The activation's values. */
  apply(x: tf.Tensor): tf.Tensor;
}

/** A weight that the layer itself changes. */
export interface WritableWeight extends ReadableWeight {
  /** Replaces the weight's value. */
  write(value: tf.Tensor): unknown;
}

/**
 * What a stock convolution layer keeps in fields that its type hides, or protects. Sizes have one
 * number an axis, so `[height, width]` for the 2-D ones.
 */
export interface ConvolutionFields<P extends Padding = Padding2D> {
  /** The kernel's extent. */
  readonly kernelSize: readonly number[];
  /** The distance of outputs. */
  readonly strides: readonly number[];
  /** The distance of the kernel's taps. */
  readonly dilationRate: readonly number[];
  /** Where an activation's channels are. */
  readonly dataFormat: "channelsFirst" | "channelsLast";
  /** Whether there is a bias. */
  readonly useBias: boolean;
  /** Absent before the layer is built, and without `useBias`. */
  readonly bias: ReadableWeight | null;
  /** What follows the bias. */
  readonly activation: Activation | null;
  /** What is added around the input. */
  padding: P;
}

/** What a stock batch normalization keeps in fields that its type hides. */
export interface BatchNormalizationFields {
  /** The channels' axis. */
  readonly axis: number;
  /** What the moving statistics keep of themselves at each step. */
  readonly momentum: number;
  /** What is added to the variance. */
  readonly epsilon: number;
  /** `[channels]`, absent without `scale`. */
  readonly gamma?: ReadableWeight;
  /** `[channels]`, absent without `center`. */
  readonly beta?: ReadableWeight;
  /** `[channels]` */
  readonly movingMean: WritableWeight;
  /** `[channels]` */
  readonly movingVariance: WritableWeight;
}

/** Arguments of `tf.layers.conv1d`. */
export type StockConv1DArgs = Parameters<typeof tf.layers.conv1d>[0];
/** Arguments of `tf.layers.conv3d`. */
export type StockConv3DArgs = Parameters<typeof tf.layers.conv3d>[0];
/** Arguments of `tf.layers.separableConv2d`. */
export type StockSeparableConv2DArgs = Parameters<typeof tf.layers.separableConv2d>[0];
/** Arguments of `tf.layers.conv2dTranspose`. */
export type StockConv2DTransposeArgs = Parameters<typeof tf.layers.conv2dTranspose>[0];
/** Arguments of `tf.layers.conv2d`. */
export type StockConv2DArgs = Parameters<typeof tf.layers.conv2d>[0];
/** Arguments of `tf.layers.depthwiseConv2d`. */
export type StockDepthwiseConv2DArgs = Parameters<typeof tf.layers.depthwiseConv2d>[0];
/** Arguments that every layer takes. */
export type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;
/** Arguments of `tf.layers.batchNormalization`. */
export type StockBatchNormalizationArgs = NonNullable<
  Parameters<typeof tf.layers.batchNormalization>[0]
>;
/** What gives a weight its first values: an object of `tf.initializers`, or of this library. */
export type Initializer = ReturnType<typeof tf.initializers.ones>;

/** A class that makes `Instance`, and makes it of a saved configuration too. */
type StockClass<Args, Instance> =
  & (new (args: Args) => Instance)
  & Pick<typeof tf.layers.Layer, "fromConfig">;
type ConvolutionClass<Args, P extends Padding = Padding2D> = StockClass<
  Args,
  tf.layers.Layer & ConvolutionFields<P>
>;

/** The class of `tf.layers.conv1d`'s layers. */
export const StockConv1D: ConvolutionClass<StockConv1DArgs, Padding1D> = tf.layers
  .conv1d({ name: "stock", filters: 1, kernelSize: 1 })
  .constructor as typeof StockConv1D;

/** The class of `tf.layers.conv2d`'s layers. */
export const StockConv2D: ConvolutionClass<StockConv2DArgs> = tf.layers
  .conv2d({ name: "stock", filters: 1, kernelSize: 1 })
  .constructor as ConvolutionClass<StockConv2DArgs>;

/** The class of `tf.layers.conv3d`'s layers. */
export const StockConv3D: ConvolutionClass<StockConv3DArgs, Padding3D> = tf.layers
  .conv3d({ name: "stock", filters: 1, kernelSize: 1 })
  .constructor as typeof StockConv3D;

/** The class of `tf.layers.separableConv2d`'s layers. */
export const StockSeparableConv2D: ConvolutionClass<StockSeparableConv2DArgs> = tf.layers
  .separableConv2d({ name: "stock", filters: 1, kernelSize: 1 })
  .constructor as typeof StockSeparableConv2D;

/** The class of `tf.layers.conv2dTranspose`'s layers. */
export const StockConv2DTranspose: ConvolutionClass<StockConv2DTransposeArgs> = tf.layers
  .conv2dTranspose({ name: "stock", filters: 1, kernelSize: 1 })
  .constructor as typeof StockConv2DTranspose;

/** The class of `tf.layers.depthwiseConv2d`'s layers. */
export const StockDepthwiseConv2D: ConvolutionClass<StockDepthwiseConv2DArgs> = tf.layers
  .depthwiseConv2d({ name: "stock", kernelSize: 1 })
  .constructor as ConvolutionClass<StockDepthwiseConv2DArgs>;

/** The class of `tf.layers.batchNormalization`'s layers. */
export const StockBatchNormalization: StockClass<
  StockBatchNormalizationArgs,
  tf.layers.Layer & BatchNormalizationFields
> = tf.layers.batchNormalization({ name: "stock" }).constructor as typeof StockBatchNormalization;

/** What every initializer extends: layers take no other object for one. */
export const StockInitializer: StockClass<void, Initializer> = Object.getPrototypeOf(
  tf.initializers.zeros().constructor,
);
