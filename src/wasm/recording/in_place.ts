/** Which kernels may write their result over an operand. */
import { type Call, type Operand, operandList, type Value } from "./values.ts";

/** Element by element: what they read of an element, they read before they write it. */
const ELEMENTWISE = new Set([
  ...["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "ClipByValue", "Cos"],
  ...["Cosh", "Elu", "Erf", "Exp", "Expm1", "Floor", "LeakyRelu", "Log", "Log1p", "Neg"],
  ...["Reciprocal", "Relu", "Relu6", "Round", "Rsqrt", "Selu", "Sigmoid", "Sign", "Sin", "Sinh"],
  ...["Softplus", "Sqrt", "Square", "Step", "Tan", "Tanh"],
  ...["Add", "Atan2", "FloorDiv", "Maximum", "Minimum", "Mod", "Multiply", "Pow", "RealDiv"],
  ...["SquaredDifference", "Sub"],
]);

/** Updates of all weights: each output has an operand of its own, of these kinds in this order. */
const UPDATES: Readonly<Record<string, readonly string[]>> = {
  "weight-standardization/momentum-update": ["weight", "velocity"],
  "weight-standardization/adam-update": ["weight", "mean", "square", "steps"],
};

/**
 * The operands over which a call may write a result: of its shape and type, since one that is
 * broadcast is read again.
 *
 * @param call the call
 * @param result one of the values that it makes
 * @returns the operands; none where the kernel is not known to allow it
 */
export function overwritable(call: Call, result: Value): Operand[] {
  const replaced = UPDATES[call.kernelName];
  if (replaced !== undefined) return ownOperand(call, result, replaced);
  if (call.made.length !== 1 || !ELEMENTWISE.has(call.kernelName)) return [];
  return operandList(call).filter(({ value, shape, dtype }) =>
    dtype === result.dtype && value.bytes === result.bytes &&
    shape.length === result.shape.length && shape.every((size, i) => size === result.shape[i])
  );
}

/**
 * The weight, or what is kept of it, that the update replaces by a result. Weights are updated one
 * after the other, so what is an operand of another one's update, too, has to stay.
 */
function ownOperand(call: Call, result: Value, kinds: readonly string[]): Operand[] {
  const operands = Object.entries(call.operands) as [string, Operand][];
  const replaced = kinds.flatMap((kind) => operands.filter(([name]) => name.startsWith(kind)));
  const [, own] = replaced[call.made.indexOf(result)]!;
  const uses = operands.filter(([, { value }]) => value === own.value).length;
  return uses === 1 ? [own] : [];
}
