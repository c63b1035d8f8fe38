/**
 * Kernels of our own, in WebAssembly with SIMD, for ops that the library otherwise composes of
 * TensorFlow.js's, or whose kernels there are slow.
 *
 * @module
 */
import { depthwiseKernels } from "./depthwise.ts";
import { registerWasmKernel, type WasmKernel } from "./kernel.ts";
import { pixelMeanKernels } from "./pixel_mean.ts";
import { poolKernels } from "./pools.ts";
import { batchNormKernels } from "./batch_norm.ts";
import { reluKernels } from "./relu.ts";
import { standardizeKernels } from "./standardize.ts";

/** Every kernel: a line for each file. */
export const kernels: readonly WasmKernel[] = [
  ...batchNormKernels,
  ...pixelMeanKernels,
  ...poolKernels,
  ...depthwiseKernels,
  ...reluKernels,
  ...standardizeKernels,
];

/** Registers every kernel. Called again, it changes nothing. */
export function registerWasmKernels(): void {
  kernels.forEach(registerWasmKernel);
}
