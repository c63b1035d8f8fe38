import * as tf from "../tf.ts";
import type { Padding2D, Size2D } from "../gradients/arguments.ts";
import { maxPool } from "../gradients/max_pool.ts";
import { checkedPadding, outputExtent, type Shape } from "./geometry.ts";
import { onlyInput, onlyShape, pair } from "./inputs.ts";
import type { LayerArgs } from "./stock.ts";

/** Arguments of {@linkcode RepairedMaxPooling2D}. */
export interface RepairedMaxPooling2DArgs extends LayerArgs {
  /**
   * The window, or `[vertical, horizontal]`.
   *
   * @default {2}
   */
  poolSize?: Size2D;
  /**
   * How far the window moves, or `[vertical, horizontal]`.
   *
   * @default {poolSize}
   */
  strides?: Size2D;
  /**
   * `"valid"`, `"same"`, a number of cells on every side, or tf's explicit form. A cell that is
   * added is never a maximum.
   *
   * @default {"valid"}
   */
  padding?: Padding2D;
}

/**
 * Max pooling of `[batch, height, width, channels]` with explicit padding, whose gradient holds on
 * every backend.
 */
export class RepairedMaxPooling2D extends tf.layers.Layer {
  /** The name that a saved model says. */
  static readonly className: string = "RepairedMaxPooling2D";
  readonly #poolSize: [number, number];
  readonly #strides: [number, number];
  readonly #padding: Padding2D;

  /**
   * @param args window, strides and padding
   * @throws {RangeError} if the padding is none that the layer knows
   */
  constructor(args: RepairedMaxPooling2DArgs = {}) {
    super(args);
    this.#poolSize = pair(args.poolSize ?? 2);
    this.#strides = pair(args.strides ?? this.#poolSize);
    this.#padding = checkedPadding(RepairedMaxPooling2D.className, args.padding ?? "valid", 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return maxPool(onlyInput(inputs) as tf.Tensor4D, this.#poolSize, this.#strides, this.#padding);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch = null, height = null, width = null, channels = null] = onlyShape(inputShape);
    const extent = outputExtent([height, width], {
      kernelSize: this.#poolSize,
      strides: this.#strides,
      dilationRate: [1, 1],
      padding: this.#padding,
    });
    return [batch, ...extent, channels];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const [poolSize, strides, padding] = [this.#poolSize, this.#strides, this.#padding];
    return { ...super.getConfig(), poolSize, strides, padding };
  }
}
tf.serialization.registerClass(RepairedMaxPooling2D);
