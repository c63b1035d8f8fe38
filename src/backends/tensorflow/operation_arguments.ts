/**
 * What `TensorFlowBackend.run` is asked, checked before C sees it.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { type Attributes, type AttributeValue, isText } from "./attributes.ts";

/**
 * Checks what is handed to C as a name, a list of tensors and a number.
 *
 * @throws {TypeError} if the name or an input is none
 * @throws {RangeError} if the number of outputs, or of explicit paddings, is none
 */
export function checkOperation(
  name: string,
  attributes: Attributes,
  inputs: readonly unknown[],
  outputCount: number,
): void {
  if (!isText(name)) {
    throw new TypeError(
      "Cannot run an operation as its name must be a text without a zero: current value is " +
        JSON.stringify(name),
    );
  }
  const wrong = inputs.findIndex((input) => !(input instanceof tf.Tensor));
  if (wrong >= 0) {
    throw new TypeError(
      `Cannot run ${name} as its input ${wrong} must be a tensor: current value is ${
        inputs[wrong]
      }`,
    );
  }
  const borders = attributes.explicit_paddings;
  if (borders !== undefined && !hasBorders(borders)) {
    throw new RangeError(
      `Cannot run ${name} as its explicit_paddings must be { int } of none, or of 2 numbers for each ` +
        `of 4 or 5 dimensions: current value is ${JSON.stringify(borders)}`,
    );
  }
  if (Number.isInteger(outputCount) && outputCount >= 0 && outputCount <= MOST_OUTPUTS) return;
  throw new RangeError(
    `Cannot run ${name} as its number of outputs must be an integer in [0, ${MOST_OUTPUTS}]: ` +
      `current value is ${outputCount}`,
  );
}

/** oneDNN's kernels read as many as there are dimensions, however few are given. */
function hasBorders(value: AttributeValue): boolean {
  const list = typeof value === "object" && "int" in value ? value.int : undefined;
  return Array.isArray(list) && [0, 8, 10].includes(list.length);
}

/** More than any operation has; a list of so many pointers is made before TensorFlow is asked. */
const MOST_OUTPUTS = 1e6;
