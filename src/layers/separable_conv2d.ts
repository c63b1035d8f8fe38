import * as tf from "../tf.ts";
import type { Padding2D } from "../gradients/arguments.ts";
import { separableConv2d } from "../gradients/separable_conv2d.ts";
import { addBiasAndActivate, convolutionShape, opArguments } from "./convolution.ts";
import { checkedPadding, type Shape } from "./geometry.ts";
import { onlyInput, onlyShape } from "./inputs.ts";
import {
  type Initializer,
  type ReadableWeight,
  StockSeparableConv2D,
  type StockSeparableConv2DArgs,
} from "./stock.ts";

/** Arguments of {@linkcode RepairedSeparableConv2D}: tf's, with more paddings. */
export interface RepairedSeparableConv2DArgs extends Omit<StockSeparableConv2DArgs, "padding"> {
  /**
   * `"valid"`, `"same"`, a number of zeros on every side (as in PyTorch), or tf's explicit form
   * `[[0, 0], [top, bottom], [left, right], [0, 0]]`.
   *
   * @default {"valid"}
   */
  padding?: Padding2D;
}

/**
 * A separable 2-D convolution layer, `activation(separableConv2d(x, kernels) + bias)`, whose
 * gradients hold for every stride, padding and dilation on every backend. Takes the arguments of
 * `tf.layers.separableConv2d`; its weights have the same names, `depthwise_kernel`,
 * `pointwise_kernel` and `bias`.
 *
 * Where the stock layer errs, this one does not: it takes `pointwiseInitializer` for the pointwise
 * kernel, rather than `depthwiseInitializer`, adds the bias to the channels when they come first, and
 * saves its `depthMultiplier`.
 */
export class RepairedSeparableConv2D extends StockSeparableConv2D {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedSeparableConv2D";
  /** `[height, width, inChannels, multiplier]`, made when the layer is built. */
  declare depthwiseKernel: ReadableWeight;
  /** `[1, 1, inChannels * multiplier, outChannels]`, made when the layer is built. */
  declare pointwiseKernel: ReadableWeight;
  /** How many channels the layer gives. */
  declare readonly filters: number;
  /** Depthwise output channels for each input channel. */
  declare readonly depthMultiplier: number;
  /** What gives the pointwise kernel its first values. */
  declare pointwiseInitializer: Initializer;

  /**
   * @param args those of `tf.layers.separableConv2d`, and more paddings
   * @throws {RangeError} if the padding is none that the layer knows
   */
  constructor(args: RepairedSeparableConv2DArgs) {
    super({ ...args, padding: "valid" });
    this.padding = checkedPadding(RepairedSeparableConv2D.className, args.padding ?? "valid", 2);
    this.pointwiseInitializer = initializerOf(args.pointwiseInitializer ?? "glorotUniform");
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { strides, options } = opArguments(this);
      const y = separableConv2d(
        onlyInput(inputs) as tf.Tensor4D,
        this.depthwiseKernel.read() as tf.Tensor4D,
        this.pointwiseKernel.read() as tf.Tensor4D,
        strides,
        this.padding,
        options,
      );
      return addBiasAndActivate(this, y);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convolutionShape(this, onlyShape(inputShape), () => this.filters);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), depthMultiplier: this.depthMultiplier };
  }
}
tf.serialization.registerClass(RepairedSeparableConv2D);

/** The initializer of a name or a configuration: a stock layer makes it, from the other argument. */
function initializerOf(
  depthwiseInitializer: NonNullable<StockSeparableConv2DArgs["pointwiseInitializer"]>,
): Initializer {
  const args = { name: "stock", filters: 1, kernelSize: 1, depthwiseInitializer };
  const { depthwiseInitializer: made } = new StockSeparableConv2D(args) as unknown as {
    depthwiseInitializer: Initializer; // protected in the stock type
  };
  return made;
}
