import * as tf from "../tf.ts";
import { check, isInteger } from "../check.ts";
import { resizeBilinear } from "../gradients/resize_bilinear.ts";
import type { Shape } from "./geometry.ts";
import type { LayerArgs } from "./stock.ts";

/** Arguments of {@linkcode ResizeBilinear}. */
export interface ResizeBilinearArgs extends LayerArgs {
  /** `[height, width]` of the result. Without it the layer takes a second input of that extent. */
  size?: [number, number];
}

/**
 * Resizes `[batch, height, width, channels]` bilinearly with half-pixel centres, as PyTorch's
 * `interpolate(mode="bilinear", align_corners=False)` does: to a fixed size, or to the height and
 * width of a second input, `[x, like]`.
 */
export class ResizeBilinear extends tf.layers.Layer {
  /** The name that a saved model says. */
  static readonly className: string = "ResizeBilinear";
  readonly #size: [number, number] | undefined;

  /**
   * @param args the size, unless a second input gives it
   * @throws {RangeError} if the size is not two integers >= 1
   */
  constructor(args: ResizeBilinearArgs = {}) {
    super(args);
    const size = args.size ?? undefined;
    const isSize = size === undefined ||
      (size.length === 2 && size.every((length) => isInteger(length, 1)));
    check(isSize, RangeError, "make ResizeBilinear as size must be two integers >= 1", size);
    this.#size = size;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x, like] = [inputs].flat();
    const size = this.#size ?? this.#extent(like?.shape ?? []);
    return resizeBilinear(x as tf.Tensor4D, size as [number, number]);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [x, like] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as Shape[];
    const [batch = null, , , channels = null] = x ?? [];
    return [batch, ...this.#size ?? this.#extent(like ?? []), channels];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), size: this.#size ?? null };
  }

  #extent(shape: Shape): Shape {
    const requirement =
      `resize ${this.name} as the second input must be [batch, height, width, channels]`;
    const value = `[${shape}]; give the layer a size or a second input`;
    check(shape.length === 4, TypeError, requirement, value);
    return shape.slice(1, 3);
  }
}
tf.serialization.registerClass(ResizeBilinear);
