/**
 * What an optimizer is given, checked before anything changes.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { check } from "../../check.ts";

/** A tensor of a checkpoint; TensorFlow.js does not export its own type for it. */
export interface NamedTensor {
  /** The variable's name, or what it is to the variable. */
  name: string;
  /** Its value. */
  tensor: tf.Tensor;
}

/** The variable of a name, which must be one that can be updated. */
export function registeredVariable(name: string): tf.Variable {
  const variable = tf.engine().registeredVariables[name];
  const requirement = "apply gradients as each must name a variable";
  check(variable !== undefined, RangeError, requirement, `"${name}"`);
  const mustBeFloat = `apply gradients as the variable "${name}" must be float32`;
  check(variable.dtype === "float32", TypeError, mustBeFloat, variable.dtype);
  return variable;
}

/** A gradient in the type and shape of what it is for: it may be a number for all of a weight. */
export function asGradientOf({ name, shape }: tf.Variable, gradient: tf.Tensor): tf.Tensor {
  const isReal = !gradient.isDisposed && /^(float32|int32|bool)$/.test(gradient.dtype);
  const mustBeReal = `apply gradients as that of "${name}" must be a tensor of real numbers`;
  check(isReal, TypeError, mustBeReal, say(gradient));
  const float = gradient.dtype === "float32" ? gradient : tf.cast(gradient, "float32");
  if (`${float.shape}` === `${shape}`) return float;
  const missing = shape.length - float.rank;
  const fits = missing >= 0 &&
    float.shape.every((size, i) => size === 1 || size === shape[missing + i]);
  const requirement = `apply gradients as that of "${name}" must fit [${shape}]`;
  check(fits, TypeError, requirement, `[${float.shape}]`);
  return tf.broadcastTo(float, shape);
}

/** What an optimizer keeps of a variable. */
export interface SlotForm {
  /** The variable's name. */
  name: string;
  /** What it is to the variable. */
  noun: string;
  shape: readonly number[];
}

/**
 * Throws unless there is one tensor for each form, in order, of its shape.
 *
 * @param nouns what all of them are called
 */
export function checkRestored(
  tensors: readonly NamedTensor[],
  forms: readonly SlotForm[],
  nouns: string,
): void {
  const { length } = forms;
  const count = `restore the optimizer as it needs ${length} ${nouns}`;
  check(tensors.length === length, TypeError, count, tensors.length);
  forms.forEach(({ name, noun, shape }, i) => {
    const is = say(tensors[i]!.tensor), wanted = `float32 [${shape}]`;
    const requirement = `restore the optimizer as the ${noun} of "${name}" must be ${wanted}`;
    check(is === wanted, TypeError, requirement, is);
  });
}

/** A tensor, for an error. */
export function say({ dtype, shape, isDisposed }: tf.Tensor): string {
  return `${dtype} [${shape}]${isDisposed ? ", disposed" : ""}`;
}

/** Throws unless a number is finite and in its range. */
export function checkRange(name: string, value: number, holds: boolean, wanted: string): void {
  const requirement = `make the optimizer step as ${name} must be ${wanted}`;
  check(holds && Number.isFinite(value), RangeError, requirement, value);
}
