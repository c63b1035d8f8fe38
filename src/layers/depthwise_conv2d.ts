import * as tf from "../tf.ts";
import type { Padding2D } from "../gradients/arguments.ts";
import { depthwiseConv2d } from "../gradients/depthwise_conv2d.ts";
import {
  addBiasAndActivate,
  type ConvolutionSettings,
  convolutionShape,
  opArguments,
} from "./convolution.ts";
import { checkedPadding, type Shape } from "./geometry.ts";
import { onlyInput, onlyShape } from "./inputs.ts";
import {
  type ReadableWeight,
  StockDepthwiseConv2D,
  type StockDepthwiseConv2DArgs,
} from "./stock.ts";

/** Arguments of {@linkcode RepairedDepthwiseConv2D}: tf's, with more paddings. */
export interface RepairedDepthwiseConv2DArgs extends Omit<StockDepthwiseConv2DArgs, "padding"> {
  /**
   * `"valid"`, `"same"`, a number of zeros on every side (as in PyTorch), or tf's explicit form
   * `[[0, 0], [top, bottom], [left, right], [0, 0]]`.
   *
   * @default {"valid"}
   */
  padding?: Padding2D;
}

/** A layer with a kernel `[height, width, channels, multiplier]`, ours or stock. */
export interface DepthwiseConv2DLike extends ConvolutionSettings {
  /** The kernel, raw or standardized. */
  readonly depthwiseKernel: ReadableWeight;
}

/**
 * What a depthwise convolution layer computes: `activation(depthwiseConv2d(x, kernel) + bias)`, with
 * its dilation. Works on a layer's fields alone, hence for stock layers too, whose own call ignores
 * `dilationRate`.
 *
 * @param layer the layer
 * @param x float32 `[batch, height, width, channels]`, or with the channels first
 * @returns float32, in the same format
 */
export function callDepthwiseConv2d(layer: DepthwiseConv2DLike, x: tf.Tensor): tf.Tensor4D {
  return tf.tidy(() => {
    const kernel = layer.depthwiseKernel.read() as tf.Tensor4D;
    const { strides, options } = opArguments(layer);
    return addBiasAndActivate(
      layer,
      depthwiseConv2d(x as tf.Tensor4D, kernel, strides, layer.padding, options),
    );
  });
}

/**
 * A depthwise 2-D convolution layer that honours `dilationRate`, with gradients that hold for every
 * stride, padding and dilation on every backend. Takes the arguments, and so the configuration, of
 * `tf.layers.depthwiseConv2d`; its weights have the same names, `depthwise_kernel` and `bias`.
 */
export class RepairedDepthwiseConv2D extends StockDepthwiseConv2D {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedDepthwiseConv2D";
  /** `[height, width, channels, multiplier]`, made when the layer is built. */
  declare depthwiseKernel: ReadableWeight;
  /** Output channels for each input channel. */
  declare readonly depthMultiplier: number;
  /** What bounds the kernel after an update. */
  declare readonly depthwiseConstraint: tf.serialization.Serializable | null;

  /**
   * @param args those of `tf.layers.depthwiseConv2d`, and more paddings
   * @throws {RangeError} if the padding is none that the layer knows
   */
  constructor(args: RepairedDepthwiseConv2DArgs) {
    super({ ...args, padding: "valid" });
    this.padding = checkedPadding(RepairedDepthwiseConv2D.className, args.padding ?? "valid", 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return callDepthwiseConv2d(this, onlyInput(inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convolutionShape(
      this,
      onlyShape(inputShape),
      (channels) => channels === null ? null : channels * this.depthMultiplier,
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    // The stock layer writes its regularizer in the constraint's place.
    const constraint = this.depthwiseConstraint;
    return {
      ...super.getConfig(),
      depthwiseConstraint: constraint &&
        { className: constraint.getClassName(), config: constraint.getConfig() },
    };
  }
}
tf.serialization.registerClass(RepairedDepthwiseConv2D);
