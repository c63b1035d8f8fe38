import * as tf from "../tf.ts";
import type { Shape } from "./geometry.ts";
import { StockInitializer } from "./stock.ts";

/** Arguments of {@linkcode KaimingNormal}. */
export interface KaimingNormalArgs {
  /**
   * The same seed gives the same values; without one each kernel is another.
   *
   * @default {undefined}
   */
  seed?: number | null;
  /**
   * Whether the kernel is `[height, width, channels, multiplier]`, whose filters see one channel.
   *
   * @default {false}
   */
  depthwise?: boolean;
}

/**
 * Normal values with mean 0 and standard deviation `sqrt(2 / fanIn)`, not truncated: PyTorch's
 * `kaiming_normal_` with its defaults (fan in, gain `sqrt(2)`). `fanIn` is how many inputs a filter
 * sees: `height · width · inChannels`, for a depthwise kernel `height · width`. The `heNormal` of
 * TensorFlow.js truncates, which leaves 0.88 of that deviation.
 *
 * Source: He et al., "Delving Deep into Rectifiers", 2015.
 */
export class KaimingNormal extends StockInitializer {
  /** The name that a saved model says. */
  static readonly className: string = "KaimingNormal";
  readonly #seed: number | null;
  readonly #depthwise: boolean;

  /** @param args seed, and whether the kernel is a depthwise one */
  constructor({ seed, depthwise = false }: KaimingNormalArgs = {}) {
    super();
    this.#seed = seed ?? null;
    this.#depthwise = depthwise;
  }

  override apply(shape: Shape): tf.Tensor {
    const sizes = shape.map((size) => size ?? 1);
    const filter = sizes.slice(0, this.#depthwise ? 2 : -1);
    const fanIn = filter.reduce((product, size) => product * size, 1);
    return tf.randomNormal(sizes, 0, Math.sqrt(2 / fanIn), "float32", this.#seed ?? undefined);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { seed: this.#seed, depthwise: this.#depthwise };
  }
}
tf.serialization.registerClass(KaimingNormal);
