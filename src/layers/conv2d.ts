import * as tf from "../tf.ts";
import type { Padding2D } from "../gradients/arguments.ts";
import { conv2d, conv2dAndBias } from "../gradients/conv2d.ts";
import { activate, type ConvolutionLike, convolutionShape, opArguments } from "./convolution.ts";
import { checkedPadding, type Shape } from "./geometry.ts";
import { onlyInput, onlyShape } from "./inputs.ts";
import { type ReadableWeight, StockConv2D, type StockConv2DArgs } from "./stock.ts";

/** Arguments of {@linkcode RepairedConv2D}: those of `tf.layers.conv2d`, with more paddings. */
export interface RepairedConv2DArgs extends Omit<StockConv2DArgs, "padding"> {
  /**
   * `"valid"`, `"same"`, a number of zeros on every side (as in PyTorch), or tf's explicit form
   * `[[0, 0], [top, bottom], [left, right], [0, 0]]`.
   *
   * @default {"valid"}
   */
  padding?: Padding2D;
}

/** A layer with a kernel `[height, width, inChannels, outChannels]`, ours or a stock `Conv2D`. */
export type Conv2DLike = ConvolutionLike;

/**
 * What a convolution layer computes: `activation(conv2d(x, kernel) + bias)`. Works on a layer's
 * fields alone, hence for stock layers too.
 *
 * @param layer the layer
 * @param x float32 `[batch, height, width, channels]`, or with the channels first
 * @returns float32, in the same format
 */
export function callConv2d(layer: Conv2DLike, x: tf.Tensor): tf.Tensor4D {
  return tf.tidy(() => {
    const kernel = layer.kernel.read() as tf.Tensor4D;
    const { strides, options } = opArguments(layer);
    const { useBias, bias, padding } = layer;
    const y = useBias && bias !== null
      ? conv2dAndBias(x as tf.Tensor4D, kernel, bias.read(), strides, padding, options)
      : conv2d(x as tf.Tensor4D, kernel, strides, padding, options);
    return activate(layer, y);
  });
}

/**
 * A 2-D convolution layer whose gradients hold for every stride, padding and dilation on every
 * backend. Takes the arguments, and so the configuration, of `tf.layers.conv2d`; its weights have
 * the same names, `kernel` and `bias`.
 */
export class RepairedConv2D extends StockConv2D {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedConv2D";
  /** `[height, width, inChannels, outChannels]`, made when the layer is built. */
  declare kernel: ReadableWeight;
  /** How many channels the layer gives. */
  declare readonly filters: number;

  /**
   * @param args those of `tf.layers.conv2d`, and more paddings
   * @throws {RangeError} if the layer does not know the padding
   */
  constructor(args: RepairedConv2DArgs) {
    super({ ...args, padding: "valid" });
    this.padding = checkedPadding(RepairedConv2D.className, args.padding ?? "valid", 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return callConv2d(this, onlyInput(inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convolutionShape(this, onlyShape(inputShape), () => this.filters);
  }
}
tf.serialization.registerClass(RepairedConv2D);
