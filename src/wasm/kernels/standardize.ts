import type { Standardization } from "../../standardization/standardize_weights.ts";
import type * as tf from "../../tf.ts";
import { binary } from "./normalization_binary.ts";
import type { WasmKernel } from "./kernel.ts";
import type { Workspace } from "./workspace.ts";

/** Filters `[size, count]` to `Ŵ` of that shape and `s`, `[1, count]`. */
const standardize: WasmKernel = {
  name: "weight-standardization/standardize",
  compute(workspace, { filters }, attributes) {
    // What this library calls the kernel with; TensorFlow.js types attributes loosely.
    const { formula, divisor } = attributes as unknown as Standardization;
    const [size, count] = filters!.shape as [number, number];
    if (!formula.divides) return centre(workspace, filters!);
    const outputs = [workspace.output([size, count]), workspace.output([1, count])] as const;
    const scratch = workspace.scratch(4 * 4 * count);
    workspace.functionsOf<"standardize">(binary).standardize(
      workspace.addressOf(filters!),
      size,
      count,
      size / divisor,
      formula.epsilon,
      Number(formula.epsilonOn === "variance"),
      Number(formula.centres),
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
    if (!formula.divides) {
      centreInto(workspace, upstream!, gradient, scratch);
      return gradient;
    }
    workspace.functionsOf<"standardizeGradient">(binary).standardizeGradient(
      workspace.addressOf(upstream!),
      workspace.addressOf(standardized!),
      workspace.addressOf(deviation!),
      size,
      count,
      divisor,
      formula.epsilon,
      Number(formula.epsilonOn === "variance"),
      Number(formula.centres),
      scratch,
      workspace.addressOf(gradient),
    );
    return gradient;
  },
};

/** Filters without their means, and a deviation of 1 each. */
function centre(workspace: Workspace, filters: tf.TensorInfo): tf.TensorInfo[] {
  const [size, count] = filters.shape as [number, number];
  const outputs = [workspace.output([size, count]), workspace.output([1, count])] as const;
  const ones = workspace.addressOf(outputs[1]);
  centreInto(workspace, filters, outputs[0], workspace.scratch(3 * 4 * count), ones);
  return [...outputs];
}

/** `scratch` has room for three float32 values a column, a fourth where `ones` is left out. */
function centreInto(
  workspace: Workspace,
  x: tf.TensorInfo,
  out: tf.TensorInfo,
  scratch: number,
  ones: number = scratch + 3 * 4 * x.shape[1]!,
): void {
  const [size, count] = x.shape as [number, number];
  const { centre } = workspace.functionsOf<"centre">(binary);
  centre(workspace.addressOf(x), size, count, scratch, workspace.addressOf(out), ones);
}

/** Weight standardization and its gradient. */
export const standardizeKernels: readonly WasmKernel[] = [standardize, standardizeGradient];
