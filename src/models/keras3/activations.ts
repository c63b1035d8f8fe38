/**
 * Activations of Keras 3 that TensorFlow.js lacks, or computes otherwise under the same name. They
 * are registered under names of their own, so that a model with them can be saved and loaded.
 *
 * @module
 */
import * as tf from "../../tf.ts";

/** A function that an activation applies. */
type Apply = (x: tf.Tensor) => tf.Tensor;

/** `relu6(x + 3) / 6`; TensorFlow.js's own is Keras 2's, `clip(0.2 · x + 0.5, 0, 1)`. */
const hardSigmoid: Apply = (x) => tf.mul(tf.clipByValue(tf.add(x, 3), 0, 6), 1 / 6);

/** Registers an activation. */
function register(name: string, apply: Apply): string {
  class Keras3Activation extends tf.serialization.Serializable {
    static readonly className: string = name;
    apply(x: tf.Tensor): tf.Tensor {
      return tf.tidy(() => apply(x));
    }
    getConfig(): tf.serialization.ConfigDict {
      return {};
    }
  }
  tf.serialization.registerClass(Keras3Activation);
  return name;
}

/** Registered ones, by Keras's names. */
const own: readonly (readonly [string, string])[] = [
  ["hard_sigmoid", register("keras3HardSigmoid", hardSigmoid)],
  ["hard_silu", register("keras3HardSilu", (x) => tf.mul(x, hardSigmoid(x)))],
  ["leaky_relu", register("keras3LeakyRelu", (x) => tf.leakyRelu(x, 0.2))],
  ["exponential", register("keras3Exponential", (x) => tf.exp(x))],
  ["log_sigmoid", register("keras3LogSigmoid", (x) => tf.logSigmoid(x))],
  ["hard_tanh", register("keras3HardTanh", (x) => tf.clipByValue(x, -1, 1))],
  ["tanh_shrink", register("keras3TanhShrink", (x) => tf.sub(x, tf.tanh(x)))],
];

/** Those that TensorFlow.js computes as Keras 3 does. */
const shared = [
  "linear",
  "relu",
  "relu6",
  "elu",
  "selu",
  "sigmoid",
  "softmax",
  "log_softmax",
  "softplus",
  "softsign",
  "tanh",
  "gelu",
  "mish",
];

/** TensorFlow.js's names, by Keras's. */
const names: ReadonlyMap<string, string> = new Map([
  ...shared.map((name) => [name, name] as const),
  ...own,
  ["silu", "swish"],
  ["swish", "swish"],
  ["hard_swish", "keras3HardSilu"],
]);

/**
 * The activation of TensorFlow.js, or of this library, that computes what one of Keras does.
 *
 * @param kerasName `"hard_silu"`
 * @returns the name under which it is registered; `undefined` if there is none
 */
export function activationName(kerasName: string): string | undefined {
  return names.get(kerasName);
}

/** The names that {@linkcode activationName} knows. */
export const knownActivations: readonly string[] = [...names.keys()];
