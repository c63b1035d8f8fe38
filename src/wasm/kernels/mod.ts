/**
 * Kernels of our own, in WebAssembly with SIMD, for ops that the library otherwise composes of
 * TensorFlow.js's, or whose kernels there are slow.
 *
 * @module
 */
import { convolutionKernels } from "./convolutions.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { registerWasmKernel, type WasmKernel } from "./kernel.ts";
import { pixelMeanKernels } from "./pixel_mean.ts";
import { poolKernels } from "./pools.ts";
import { softmaxLossKernels } from "./softmax_loss.ts";

/** Every kernel: a line for each file. */
export const kernels: readonly WasmKernel[] = [
  ...pixelMeanKernels,
  ...poolKernels,
  ...depthwiseKernels,
  ...convolutionKernels,
  ...softmaxLossKernels,
];

/** Registers every kernel. Called again, it changes nothing. */
export function registerWasmKernels(): void {
  kernels.forEach(registerWasmKernel);
}
