import * as tf from "../tf.ts";
import { conv3d } from "../gradients/conv3d.ts";
import type { Padding3D } from "../gradients/volume.ts";
import { addBiasAndActivate, type ConvolutionLike, convolutionShape } from "./convolution.ts";
import { checkedPadding, type Shape } from "./geometry.ts";
import { onlyInput, onlyShape } from "./inputs.ts";
import { type ReadableWeight, StockConv3D, type StockConv3DArgs } from "./stock.ts";

/** Arguments of {@linkcode RepairedConv3D}: those of `tf.layers.conv3d`, with more paddings. */
export interface RepairedConv3DArgs extends Omit<StockConv3DArgs, "padding"> {
  /**
   * `"valid"`, `"same"`, a number of zeros on every side (as in PyTorch), or
   * `[[0, 0], [front, back], [top, bottom], [left, right], [0, 0]]`.
   *
   * @default {"valid"}
   */
  padding?: Padding3D;
}

/** A layer with a kernel `[depth, height, width, inChannels, outChannels]`, ours or stock. */
export type Conv3DLike = ConvolutionLike<Padding3D>;

/**
 * What a 3-D convolution layer computes: `activation(conv3d(x, kernel) + bias)`. Works on a layer's
 * fields alone, hence for stock layers too, whose own call has no gradient where it dilates.
 *
 * @param layer the layer
 * @param x float32 `[batch, depth, height, width, channels]`, or with the channels first
 * @returns float32, in the same format
 */
export function callConv3d(layer: Conv3DLike, x: tf.Tensor): tf.Tensor5D {
  const dataFormat = layer.dataFormat === "channelsFirst" ? "NCDHW" : "NDHWC";
  return tf.tidy(() => {
    const kernel = layer.kernel.read() as tf.Tensor5D;
    const options = { dilations: triple(layer.dilationRate), dataFormat } as const;
    return addBiasAndActivate(
      layer,
      conv3d(x as tf.Tensor5D, kernel, triple(layer.strides), layer.padding, options),
    );
  });
}

function triple([depth = 1, height = depth, width = height]: readonly number[]): [
  number,
  number,
  number,
] {
  return [depth, height, width];
}

/**
 * A 3-D convolution layer whose gradients hold for every stride, padding and dilation on every
 * backend. Takes the arguments, and so the configuration, of `tf.layers.conv3d`; its weights have
 * the same names, `kernel` and `bias`.
 */
export class RepairedConv3D extends StockConv3D {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedConv3D";
  /** `[depth, height, width, inChannels, outChannels]`, made when the layer is built. */
  declare kernel: ReadableWeight;
  /** How many channels the layer gives. */
  declare readonly filters: number;

  /**
   * @param args those of `tf.layers.conv3d`, and more paddings
   * @throws {RangeError} if the padding is none that the layer knows
   */
  constructor(args: RepairedConv3DArgs) {
    super({ ...args, padding: "valid" });
    this.padding = checkedPadding(RepairedConv3D.className, args.padding ?? "valid", 3);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return callConv3d(this, onlyInput(inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convolutionShape(this, onlyShape(inputShape), () => this.filters);
  }
}
tf.serialization.registerClass(RepairedConv3D);
