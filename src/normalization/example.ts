import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { groupNorm } from "../gradients/group_norm.ts";
import { onlyInput, onlyShape } from "../layers/inputs.ts";
import type { Shape } from "../layers/geometry.ts";
import type { LayerArgs, ReadableWeight } from "../layers/stock.ts";

type StockArgs = NonNullable<Parameters<typeof tf.layers.layerNormalization>[0]>;

/** Arguments of the normalizations that see one example at a time. */
export interface ExampleNormalizationArgs extends LayerArgs, Omit<StockArgs, "axis" | "dtype"> {
  /**
   * What is added to the variance.
   *
   * @default {1e-5}
   */
  epsilon?: number;
}

/** What the stock layer has that its type hides. */
interface StockFields {
  readonly epsilon: number;
  /** `[channels]`; `null` without `scale`, absent before the layer is built. */
  readonly gamma?: ReadableWeight | null;
  /** `[channels]`; `null` without `center`, absent before the layer is built. */
  readonly beta?: ReadableWeight | null;
}

/** `tf.layers.layerNormalization`: its arguments, weights and configuration fit over the last axis. */
const StockLayerNormalization = tf.layers.layerNormalization({ name: "stock" })
  .constructor as
    & (new (args: StockArgs) => tf.layers.Layer & StockFields)
    & Pick<typeof tf.layers.Layer, "fromConfig">;

/**
 * What the normalizations share whose statistics are those of groups of channels of each example:
 * they compute the same in training and in inference, and at every batch size. Weights: `gamma`
 * with `scale`, `beta` with `center`, each `[channels]`.
 */
export abstract class ExampleNormalization extends StockLayerNormalization {
  /** @param args epsilon, scale and center, their initializers and regularizers */
  constructor(args: ExampleNormalizationArgs) {
    super({ ...args, epsilon: args.epsilon ?? 1e-5, axis: -1 });
  }

  /**
   * How many groups of adjacent channels each example has.
   *
   * @param channels how many channels there are
   * @returns a divisor of `channels`
   */
  protected abstract groupsOf(channels: number): number;

  override build(inputShape: Shape | Shape[]): void {
    const shape = onlyShape(inputShape);
    const channels = shape.at(-1) ?? null;
    const wanted = "[batch, ..., channels] with a known number of channels";
    const requirement = `build ${this.name} as its input must be ${wanted}`;
    check(shape.length >= 2 && channels !== null, TypeError, requirement, shape);
    this.groupsOf(channels); // throws here, where the model is built, rather than at its first use
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = onlyInput(inputs);
    return tf.tidy(() => {
      const channels = x.shape.at(-1) as number;
      const gamma = (this.gamma?.read() ?? tf.ones([channels])) as tf.Tensor1D;
      const beta = (this.beta?.read() ?? tf.zeros([channels])) as tf.Tensor1D;
      return groupNorm(x, gamma, beta, {
        groups: this.groupsOf(channels),
        epsilon: this.epsilon,
      });
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { axis: _always, ...config } = super.getConfig();
    return config;
  }
}
