import * as tf from "../tf.ts";
import { conv1d, type Padding1D } from "../gradients/conv1d.ts";
import { addBiasAndActivate, type ConvolutionLike, convolutionShape } from "./convolution.ts";
import { checkedPadding, type Shape } from "./geometry.ts";
import { onlyInput, onlyShape } from "./inputs.ts";
import { type ReadableWeight, StockConv1D, type StockConv1DArgs } from "./stock.ts";

/** Arguments of {@linkcode RepairedConv1D}: those of `tf.layers.conv1d`, with more paddings. */
export interface RepairedConv1DArgs extends Omit<StockConv1DArgs, "padding"> {
  /**
   * `"valid"`, `"same"`, a number of zeros at both ends (as in PyTorch), or
   * `[[0, 0], [left, right], [0, 0]]`.
   *
   * @default {"valid"}
   */
  padding?: Padding1D;
}

/**
 * What a 1-D convolution layer computes: `activation(conv1d(x, kernel) + bias)`.
 *
 * @param layer the layer
 * @param x float32 `[batch, width, channels]`, or with the channels first
 * @returns float32, in the same format
 */
export function callConv1d(layer: ConvolutionLike<Padding1D>, x: tf.Tensor): tf.Tensor3D {
  const [stride = 1] = layer.strides, [dilations = 1] = layer.dilationRate;
  const dataFormat = layer.dataFormat === "channelsFirst" ? "NCW" : "NWC";
  return tf.tidy(() => {
    const kernel = layer.kernel.read() as tf.Tensor3D;
    const options = { dilations, dataFormat } as const;
    return addBiasAndActivate(
      layer,
      conv1d(x as tf.Tensor3D, kernel, stride, layer.padding, options),
    );
  });
}

/**
 * A 1-D convolution layer that honours `dataFormat` (the stock one gives its output with the
 * channels last whatever it says, and does not save it), with gradients that hold for every stride,
 * padding and dilation on every backend. Takes the arguments of `tf.layers.conv1d`; its weights have
 * the same names, `kernel` and `bias`.
 */
export class RepairedConv1D extends StockConv1D {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedConv1D";
  /** `[width, inChannels, outChannels]`, made when the layer is built. */
  declare kernel: ReadableWeight;
  /** How many channels the layer gives. */
  declare readonly filters: number;

  /**
   * @param args those of `tf.layers.conv1d`, and more paddings
   * @throws {RangeError} if the padding is none that the layer knows
   */
  constructor(args: RepairedConv1DArgs) {
    super({ ...args, padding: "valid" });
    this.padding = checkedPadding(RepairedConv1D.className, args.padding ?? "valid", 1);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return callConv1d(this, onlyInput(inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convolutionShape(this, onlyShape(inputShape), () => this.filters);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}
tf.serialization.registerClass(RepairedConv1D);
