/** Which kernels may write their result over an operand. */
import { type Call, type Operand, operandList } from "./values.ts";

/** Element by element: what they read of an element, they read before they write it. */
const ELEMENTWISE = new Set([
  ...["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "ClipByValue", "Cos"],
  ...["Cosh", "Elu", "Erf", "Exp", "Expm1", "Floor", "LeakyRelu", "Log", "Log1p", "Neg"],
  ...["Reciprocal", "Relu", "Relu6", "Round", "Rsqrt", "Selu", "Sigmoid", "Sign", "Sin", "Sinh"],
  ...["Softplus", "Sqrt", "Square", "Step", "Tan", "Tanh"],
  ...["Add", "Atan2", "FloorDiv", "Maximum", "Minimum", "Mod", "Multiply", "Pow", "RealDiv"],
  ...["SquaredDifference", "Sub"],
]);

/**
 * The operands over which a call may write its result: of its shape and type, since one that is
 * broadcast is read again.
 *
 * @param call the call
 * @returns the operands; none where the kernel is not known to allow it
 */
export function overwritable(call: Call): Operand[] {
  const [result, ...others] = call.made;
  if (result === undefined || others.length > 0 || !ELEMENTWISE.has(call.kernelName)) return [];
  return operandList(call).filter(({ value, shape, dtype }) =>
    dtype === result.dtype && value.bytes === result.bytes &&
    shape.length === result.shape.length && shape.every((size, i) => size === result.shape[i])
  );
}
