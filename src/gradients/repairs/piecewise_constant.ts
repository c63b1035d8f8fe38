import * as tf from "../../tf.ts";

/** The entry of an op whose output does not change where its inputs change a little. */
function entryOf(kernelName: string, inputs: string[]): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: inputs,
    gradFunc: (_dy, saved) =>
      Object.fromEntries(
        inputs.map((name, i) => [name, () => tf.zeros((saved[i] as tf.Tensor).shape)]),
      ),
  };
}

const ofTwo = ["Equal", "FloorDiv", "Greater", "Less", "LessEqual", "LogicalAnd", "LogicalOr"];

/**
 * `tf.floorDiv`, whose gradient was that of a division; and comparisons, which had none, so that
 * `tf.where(tf.greater(x, 0), x, …)` threw.
 */
export const piecewiseConstant: readonly tf.GradConfig[] = [
  ...[...ofTwo, "NotEqual"].map((name) => entryOf(name, ["a", "b"])),
  entryOf("LogicalNot", ["x"]),
];
