/**
 * Kernels of our own, in WebAssembly with SIMD, for ops that the library otherwise composes of
 * TensorFlow.js's, or whose kernels there are slow.
 *
 * @module
 */
import { adamUpdateKernels } from "./adam_update.ts";
import { batchNormKernels } from "./batch_norm.ts";
import { convolutionKernels } from "./convolutions.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { groupNormKernels } from "./group_norm.ts";
import { joinKernels } from "./joins.ts";
import { registerWasmKernel, unregisterWasmKernel, type WasmKernel } from "./kernel.ts";
import { laidOutConvolutionKernels } from "./laid_out_convolutions.ts";
import { momentumUpdateKernels } from "./momentum_update.ts";
import { pixelMeanKernels } from "./pixel_mean.ts";
import { poolKernels } from "./pools.ts";
import { reluKernels } from "./relu.ts";
import { resizeKernels } from "./resize.ts";
import { softmaxLossKernels } from "./softmax_loss.ts";
import { standardizeKernels } from "./standardize.ts";

/** Every kernel: a line for each file. */
export const kernels: readonly WasmKernel[] = [
  ...adamUpdateKernels,
  ...batchNormKernels,
  ...convolutionKernels,
  ...depthwiseKernels,
  ...groupNormKernels,
  ...joinKernels,
  ...laidOutConvolutionKernels,
  ...momentumUpdateKernels,
  ...pixelMeanKernels,
  ...poolKernels,
  ...reluKernels,
  ...resizeKernels,
  ...softmaxLossKernels,
  ...standardizeKernels,
];

/** Registers every kernel. Called again, it changes nothing. */
export function registerWasmKernels(): void {
  kernels.forEach(registerWasmKernel);
}

/** Takes every kernel back, to compare with what is there without them. */
export function unregisterWasmKernels(): void {
  kernels.forEach(unregisterWasmKernel);
}
