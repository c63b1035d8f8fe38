/**
 * Keras 3's layer `Normalization`, which EfficientNet begins with and TensorFlow.js lacks.
 *
 * @module
 */
import { onlyInput } from "../../layers/inputs.ts";
import type { Shape } from "../../layers/geometry.ts";
import type { LayerArgs, ReadableWeight } from "../../layers/stock.ts";
import * as tf from "../../tf.ts";

/** What Keras adds to nothing, but puts below a deviation. */
const leastDeviation = 1e-7;

/** Arguments of {@linkcode Keras3Normalization}. */
export interface Keras3NormalizationArgs extends LayerArgs {
  /** Constant means, one for each channel; weights where there are none. */
  mean?: readonly number[] | null;
  /** Constant variances, beside the means. */
  variance?: readonly number[] | null;
  /** Whether the layer undoes a normalization. */
  invert?: boolean;
}

/**
 * `(x − mean) / max(√variance, 1e-7)` for each channel, the last axis, with means and variances
 * that are constants, or weights that are not trained: `mean` and `variance`, `[channels]`.
 */
export class Keras3Normalization extends tf.layers.Layer {
  /** The name that a saved model says. */
  static readonly className: string = "Keras3Normalization";
  readonly #args: Keras3NormalizationArgs;
  #weights: { mean: ReadableWeight; variance: ReadableWeight } | undefined;

  /** @param args constants, or none */
  constructor(args: Keras3NormalizationArgs = {}) {
    super(args);
    this.#args = args;
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    if (this.#args.mean != null) return;
    const shape = [([inputShape].flat() as Shape).at(-1) ?? null];
    const weight = (name: string, initializer: "zeros" | "ones") =>
      this.addWeight(name, shape, "float32", tf.initializers[initializer](), undefined, false);
    this.#weights = { mean: weight("mean", "zeros"), variance: weight("variance", "ones") };
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = onlyInput(inputs);
    return tf.tidy(() => {
      const { mean, variance, invert } = this.#args;
      const centre = this.#weights?.mean.read() ?? tf.tensor1d([...mean ?? []]);
      const spread = this.#weights?.variance.read() ?? tf.tensor1d([...variance ?? []]);
      const deviation = tf.maximum(tf.sqrt(spread), leastDeviation);
      return invert === true
        ? tf.add(tf.mul(x, deviation), centre)
        : tf.div(tf.sub(x, centre), deviation);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { mean = null, variance = null, invert = false } = this.#args;
    const copy = (values: readonly number[] | null) => values === null ? null : [...values];
    return { ...super.getConfig(), mean: copy(mean), variance: copy(variance), invert };
  }
}
tf.serialization.registerClass(Keras3Normalization);
