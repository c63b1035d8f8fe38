import * as tf from "../tf.ts";
import type { Padding2D } from "../gradients/arguments.ts";
import { conv2dTranspose, type Shape4D } from "../gradients/conv2d_transpose.ts";
import { addBiasAndActivate, convolutionShape, opArguments } from "./convolution.ts";
import { addedLength, checkedPadding, type MovingWindow, type Shape } from "./geometry.ts";
import { onlyInput, onlyShape } from "./inputs.ts";
import {
  type ReadableWeight,
  StockConv2DTranspose,
  type StockConv2DTransposeArgs,
} from "./stock.ts";

/** Arguments of {@linkcode RepairedConv2DTranspose}: tf's, with more paddings. */
export interface RepairedConv2DTransposeArgs extends Omit<StockConv2DTransposeArgs, "padding"> {
  /**
   * What is cut off of the output. `"same"` leaves `size · stride`; `"valid"` cuts nothing, and
   * leaves `size · stride` where the stride is larger than the kernel. A number is cut off of every
   * side, tf's explicit form `[[0, 0], [top, bottom], [left, right], [0, 0]]` as it says: both leave
   * `(size - 1) · stride + dilation · (kernelSize - 1) + 1` less that, as in PyTorch. Its
   * `output_padding` is a bottom and a right that are so much less.
   *
   * @default {"valid"}
   */
  padding?: Padding2D;
}

/**
 * A transposed 2-D convolution layer that honours `dilationRate`, which the stock one ignores, with
 * right gradients. Takes the arguments of `tf.layers.conv2dTranspose`; its weights have the same
 * names, `kernel` and `bias`.
 */
export class RepairedConv2DTranspose extends StockConv2DTranspose {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedConv2DTranspose";
  /** `[height, width, outChannels, inChannels]`, made when the layer is built. */
  declare kernel: ReadableWeight;
  /** How many channels the layer gives. */
  declare readonly filters: number;

  /**
   * @param args those of `tf.layers.conv2dTranspose`, and more paddings
   * @throws {RangeError} if the padding is none that the layer knows
   */
  constructor(args: RepairedConv2DTransposeArgs) {
    super({ ...args, padding: "valid" });
    this.padding = checkedPadding(RepairedConv2DTranspose.className, args.padding ?? "valid", 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = onlyInput(inputs) as tf.Tensor4D;
    return tf.tidy(() => {
      const kernel = this.kernel.read() as tf.Tensor4D;
      const shape = this.computeOutputShape(x.shape) as Shape4D;
      const { strides, options } = opArguments(this);
      const y = conv2dTranspose(x, kernel, shape, strides, this.padding, options);
      return addBiasAndActivate(this, y);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convolutionShape(this, onlyShape(inputShape), () => this.filters, reversedExtent);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), dilationRate: [...this.dilationRate] };
  }
}
tf.serialization.registerClass(RepairedConv2DTranspose);

/** The extent of the output: one that the window, moving over it, leaves as it is given. */
function reversedExtent(extent: Shape, window: MovingWindow): Shape {
  return extent.map((length, axis) => {
    if (length === null) return null;
    const stride = window.strides[axis] ?? 1, { padding } = window;
    const reach = (window.dilationRate[axis] ?? 1) * ((window.kernelSize[axis] ?? 1) - 1) + 1;
    if (padding === "same") return length * stride;
    if (padding === "valid") return length * stride + Math.max(reach - stride, 0);
    return (length - 1) * stride + reach - addedLength(padding, axis);
  });
}
