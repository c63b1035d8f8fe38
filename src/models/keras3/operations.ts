/**
 * Functions of `keras.ops` and operators (`x + y`, `2 * x`) that a functional model calls as if they
 * were layers: those for which a layer stands.
 *
 * @module
 */
import { type Config, isConfig } from "./report.ts";
import type { NewLayer } from "./layer_rule.ts";

/** Functions of one tensor, by the activation that computes them. */
const activations: ReadonlyMap<string, string> = new Map([
  ["Relu", "relu"],
  ["Relu6", "relu6"],
  ["Sigmoid", "sigmoid"],
  ["Silu", "swish"],
  ["Tanh", "tanh"],
  ["Softplus", "softplus"],
  ["Elu", "elu"],
  ["Selu", "selu"],
  ["HardSigmoid", "keras3HardSigmoid"],
  ["HardSilu", "keras3HardSilu"],
]);

/** Functions of two tensors, by the layer that merges them. */
const merges = ["Add", "Multiply", "Maximum", "Minimum"];

/**
 * The layer that stands for an operation.
 *
 * @param className `"Add"`
 * @param args the arguments of its call, tensors as dictionaries
 * @param config what it was made with, such as `alpha`
 * @returns the layer; `undefined` if none computes the same
 */
export function layerForOperation(
  className: string,
  args: readonly unknown[],
  config: Config,
): NewLayer | undefined {
  const { name: _name, alpha = 1, ...settings } = config;
  // Of those here `elu` alone has a setting, and that layer's is 1.
  if (alpha !== 1 || Object.values(settings).some((value) => value != null)) return undefined;
  const [first, second] = args;
  const activation = activations.get(className);
  if (activation !== undefined && args.length === 1) {
    return { class_name: "Activation", config: { activation } };
  }
  if (args.length !== 2) return undefined;
  if (isConfig(first) && isConfig(second)) {
    return merges.includes(className) ? { class_name: className, config: {} } : undefined;
  }
  const scalar = typeof first === "number" ? first : second;
  if (typeof scalar !== "number") return undefined;
  const isFirst = scalar === first;
  const rescaling = (scale: number, offset: number) => ({
    class_name: "Rescaling",
    config: { scale, offset },
  });
  switch (className) {
    case "Add":
      return rescaling(1, scalar);
    case "Subtract":
      return isFirst ? rescaling(-1, scalar) : rescaling(1, -scalar);
    case "Multiply":
      return rescaling(scalar, 0);
    case "TrueDivide":
    case "Divide":
      return isFirst ? undefined : rescaling(1 / scalar, 0);
    default:
      return undefined;
  }
}
