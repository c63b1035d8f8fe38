import { binary } from "./batch_norm_binary.ts";
import type { WasmKernel } from "./kernel.ts";

/** The formula, and its variance's divisor. (TensorFlow.js types a kernel's attributes loosely.) */
interface Standardization {
  formula: { epsilonOn: "variance" | "deviation"; epsilon: number };
  divisor: number;
}

/** Filters `[size, count]` to `Ŵ` of that shape and `s`, `[1, count]`. */
const standardize: WasmKernel = {
  name: "weight-standardization/standardize",
  compute(workspace, { filters }, attributes) {
    const { formula, divisor } = attributes as unknown as Standardization;
    const [size, count] = filters!.shape as [number, number];
    const outputs = [workspace.output([size, count]), workspace.output([1, count])] as const;
    const scratch = workspace.scratch(4 * 4 * count);
    workspace.functionsOf<"standardize">(binary).standardize(
      workspace.addressOf(filters!),
      size,
      count,
      size / divisor,
      formula.epsilon,
      Number(formula.epsilonOn === "variance"),
      scratch,
      workspace.addressOf(outputs[0]),
      workspace.addressOf(outputs[1]),
    );
    return [...outputs];
  },
};

const standardizeGradient: WasmKernel = {
  name: "weight-standardization/standardize-gradient",
  compute(workspace, { upstream, standardized, deviation }, attributes) {
    const { formula, divisor } = attributes as unknown as Standardization;
    const [size, count] = upstream!.shape as [number, number];
    const gradient = workspace.output([size, count]);
    const scratch = workspace.scratch(9 * 4 * count);
    workspace.functionsOf<"standardizeGradient">(binary).standardizeGradient(
      workspace.addressOf(upstream!),
      workspace.addressOf(standardized!),
      workspace.addressOf(deviation!),
      size,
      count,
      divisor,
      formula.epsilon,
      Number(formula.epsilonOn === "variance"),
      scratch,
      workspace.addressOf(gradient),
    );
    return gradient;
  },
};

/** Weight standardization and its gradient. */
export const standardizeKernels: readonly WasmKernel[] = [standardize, standardizeGradient];
