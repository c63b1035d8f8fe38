/** The library's ops by TensorFlow's own, fused operations. @module */
import type { Binding } from "../binding.ts";
import { batchNormKernels } from "./batch_norm.ts";
import { convolutionKernels, hasDilatedGradients } from "./convolution.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { registerFusedKernel } from "./kernel.ts";

/**
 * Registers every fused kernel for the `tensorflow` backend. Once; TensorFlow.js warns of more.
 *
 * @param binding tells what this build of TensorFlow can do
 */
export function registerFusedKernels(binding: Binding): void {
  const convolutions = convolutionKernels(hasDilatedGradients(binding));
  [...batchNormKernels, ...convolutions, ...elementwiseKernels].forEach(registerFusedKernel);
}
