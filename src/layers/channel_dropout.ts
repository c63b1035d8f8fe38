import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { randomUniform } from "../random.ts";
import { onlyInput } from "./inputs.ts";
import type { Shape } from "./geometry.ts";
import type { LayerArgs } from "./stock.ts";

/** Arguments of {@linkcode ChannelDropout}. */
export interface ChannelDropoutArgs extends LayerArgs {
  /** The share of channels dropped, in `[0, 1)`. */
  rate: number;
}

/**
 * Drops whole channels of `[batch, height, width, channels]` in training: of each example each
 * channel with probability `rate`, the others times `1 / (1 - rate)`; PyTorch's `Dropout2d`. The
 * mask derives from the step's seed, so that a recorded step draws a new one each time.
 */
export class ChannelDropout extends tf.layers.Layer {
  /** The name that a saved model says. */
  static readonly className: string = "ChannelDropout";
  readonly #rate: number;

  /**
   * @param args the rate
   * @throws {RangeError} if the rate is outside `[0, 1)`
   */
  constructor(args: ChannelDropoutArgs) {
    super(args);
    const { rate } = args;
    const isShare = rate >= 0 && rate < 1;
    check(isShare, RangeError, "make ChannelDropout as rate must be in [0, 1)", rate);
    this.#rate = rate;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = onlyInput(inputs);
    if (!kwargs.training || this.#rate === 0) return x;
    return tf.tidy(() => {
      const [batch = 1, , , channels = 1] = x.shape;
      const kept = tf.greaterEqual(randomUniform([batch, 1, 1, channels]), this.#rate);
      return tf.mul(x, tf.div(tf.cast(kept, "float32"), 1 - this.#rate));
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate };
  }
}
tf.serialization.registerClass(ChannelDropout);
